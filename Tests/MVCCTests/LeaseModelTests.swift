import TestSupport
import Testing

@testable import MVCC

/// Seeded random histories of leases, compared with a model after every step. The store checks itself at the end.
@Suite struct LeaseModelTests {
  private struct Model {
    var leases: [Int64: (seconds: Int64, deadline: Duration)] = [:]
    var keys: [[UInt8]: Int64] = [:]
    var revision = Revision.initial
    /// Time on the leases' clock, from the first lease on.
    var now = Duration.zero
    var deletions: [(key: [UInt8], revision: Revision)] = []

    func keys(of lease: Int64) -> [[UInt8]] {
      keys.filter { $0.value == lease }.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func hasEnded(_ id: Int64) -> Bool { leases[id].map { $0.deadline < now } ?? false }

    mutating func revoke(_ id: Int64) {
      let gone = keys(of: id)
      if !gone.isEmpty { revision = revision + 1 }
      for key in gone {
        keys[key] = nil
        deletions.append((key, revision))
      }
      leases[id] = nil
    }

    mutating func expire() -> Int {
      let ended = leases.filter { $0.value.deadline < now }.sorted {
        ($0.value.deadline, UInt64(bitPattern: $0.key)) < ($1.value.deadline, UInt64(bitPattern: $1.key))
      }
      for (id, _) in ended { revoke(id) }
      return ended.count
    }
  }

  private static let ids: [Int64] = [1, 2, 3, -1, Int64.max]
  private static let names: [[UInt8]] = [bytes("a"), bytes("a\0"), bytes("b"), [0], [0xFF, 0xFF], bytes("long/key/of/a/lease")]

  @Test(arguments: 1...24)
  func `a store answers about leases as the model does`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model = Model()
    let clocks = ManualClocks()
    let directory = try TemporaryDirectory()
    var path = directory.appending("store")
    for round in 0..<3 {
      try await withStore(at: path, clocks.configuration) { (store: RevisionStore) async throws in
        for _ in 0..<60 {
          try await Self.step(store, &model, clocks, &random)
          try Self.compare(store, model, "seed \(seed)")
        }
        if round == 1 { _ = try await store.backup(to: directory.appending("one.backup")) }
      }
      if round == 1 {
        // In the restored store every lease has its whole time.
        path = directory.appending("restored")
        _ = try RevisionStore.restore(from: directory.appending("one.backup"), to: path)
        for (id, lease) in model.leases { model.leases[id] = (lease.seconds, model.now + .seconds(lease.seconds)) }
        try await withStore(at: path, clocks.configuration) { (store: RevisionStore) async throws in
          try Self.compare(store, model, "seed \(seed), restored")
          try await store.queue.perform { batch in
            _ = try batch.leaseTime()
            batch.hasChanges = true
          }
        }
      }
    }
  }

  private static func step(
    _ store: RevisionStore, _ model: inout Model, _ clocks: ManualClocks, _ random: inout SeededGenerator
  ) async throws {
    let id = ids.randomElement(using: &random) ?? 1
    let key = names.randomElement(using: &random) ?? [1]
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      let seconds = Int64.random(in: 2...20, using: &random)
      let isTaken = model.leases[id] != nil
      let error = await awaitedError { try await store.grantLease(seconds: seconds, id: id) }
      #expect((error?.code == .alreadyExists) == isTaken)
      if !isTaken { model.leases[id] = (seconds, model.now + .seconds(seconds)) }
    case 2...5:
      let lease = random.oneIn(4) ? 0 : id
      let exists = lease == 0 || model.leases[lease] != nil
      let error = await awaitedError { try await store.write { try $0.put(key, [], lease: lease) } }
      #expect((error == nil) == exists)
      if exists {
        model.keys[key] = lease
        model.revision = model.revision + 1
      }
    case 6:
      let exists = model.keys[key] != nil
      try await store.write { try $0.delete(key) }
      if exists {
        model.keys[key] = nil
        model.revision = model.revision + 1
        model.deletions.append((key, model.revision))
      }
    case 7:
      let exists = model.leases[id] != nil
      #expect((await awaitedError { try await store.revokeLease(id) } == nil) == exists)
      model.revoke(id)
    case 8:
      let lease = try await store.keepLeaseAlive(id)
      if model.hasEnded(id) { model.revoke(id) }
      #expect((lease != nil) == (model.leases[id] != nil))
      if let seconds = model.leases[id]?.seconds { model.leases[id] = (seconds, model.now + .seconds(seconds)) }
    case 9:
      #expect(try await store.expireLeases() == model.expire())
    case 10:
      // The wall clock is set; on one start of the machine that means nothing.
      clocks.wall.advance(by: .seconds(Int.random(in: -1000...1000, using: &random)))
    default:
      let passed = Duration.milliseconds(Int.random(in: 0...6000, using: &random))
      clocks.advance(by: passed)
      model.now += passed
    }
  }

  private static func compare(_ store: RevisionStore, _ model: Model, _ context: Comment) throws {
    #expect(try store.revision() == model.revision, context)
    let expected = model.leases.sorted { ($0.value.deadline, UInt64(bitPattern: $0.key)) < ($1.value.deadline, UInt64(bitPattern: $1.key)) }
    #expect(Set(try store.leases().map(\.id)) == Set(expected.map(\.key)), context)
    for (id, lease) in expected {
      let remaining = max(.zero, lease.deadline - model.now)
      #expect(try store.lease(id) == Lease(id: id, grantedSeconds: lease.seconds, remaining: remaining), context)
      #expect(try store.keys(of: id) == model.keys(of: id), context)
    }
    let live = try store.read { try $0.range(RangeQuery(.all)).keyValues }
    #expect(Dictionary(uniqueKeysWithValues: live.map { ($0.key, $0.lease) }) == model.keys, context)
    let deletions = try store.events(in: .all, after: 1).events.filter { $0.kind == .delete }
    #expect(deletions.map(\.keyValue.key) == model.deletions.map(\.key), context)
    #expect(deletions.map(\.keyValue.modRevision) == model.deletions.map(\.revision), context)
  }
}
