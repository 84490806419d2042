import LMDB
import MVCC
import TestSupport
import Testing

@Suite struct QuotaTests {
  private static func configuration(quota: Int?) -> StoreConfiguration {
    var configuration = StoreConfiguration()
    configuration.quotaBytes = quota
    configuration.logLimits.pages = 16...64
    return configuration
  }

  /// Puts until one is refused; answers how many writes of eight keys were taken.
  private static func fill(_ store: RevisionStore, _ prefix: String, maximum: Int = 2000) async throws -> Int {
    for number in 0..<maximum {
      do {
        try await store.write { writer in
          for part in 0..<8 { try writer.put(bytes("\(prefix)\(number)/\(part)"), incompressible(4000, seed: UInt64(number * 8 + part))) }
        }
      } catch let error as StoreError where error.code == .noSpace {
        return number
      }
    }
    return maximum
  }

  private static func incompressible(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  @Test func `a store at its quota refuses puts and goes on reading, deleting and compacting`() async throws {
    try await withStore(Self.configuration(quota: 2 << 20)) { store in
      let count = try await Self.fill(store, "k")
      #expect((20..<2000).contains(count))
      #expect(try store.alarms().map(\.kind) == [.noSpace])
      // What the last put took beyond its cost: a page or two in each tree.
      #expect(try store.statistics().usedBytes < (2 << 20) + (128 << 10))
      #expect(try store.read { try $0.get(bytes("k0/0")) } != nil)
      try await store.write { _ = try $0.deleteRange(.prefix(bytes("k1"))) }
      try await store.compact(to: try store.revision())
      #expect(await awaitedError { try await store.write { try $0.put(bytes("k"), []) } }?.code == .noSpace)
    }
  }

  @Test func `space that compaction freed counts once the alarm is disarmed`() async throws {
    try await withStore(Self.configuration(quota: 2 << 20)) { store in
      let first = try await Self.fill(store, "k")
      try await store.write { _ = try $0.deleteRange(.prefix(bytes("k"))) }
      try await store.compact(to: try store.revision())
      let size = try store.statistics().fileBytes
      #expect(try await store.disarmAlarm(.noSpace).map(\.kind) == [.noSpace])
      let second = try await Self.fill(store, "l")
      #expect(second > first / 2)
      // Freed pages are reused from the next checkpoint on.
      #expect(try store.statistics().fileBytes <= size + (1 << 20))
    }
  }

  @Test func `a disarmed alarm comes back with the next put when there is no room`() async throws {
    try await withStore(Self.configuration(quota: 2 << 20)) { store in
      _ = try await Self.fill(store, "k")
      try await store.disarmAlarm(.noSpace)
      let before = try store.revision()
      #expect(
        await awaitedError { try await store.write { try $0.put(bytes("k"), [UInt8](repeating: 1, count: 60_000)) } }?.code == .noSpace)
      #expect(try store.alarms().map(\.kind) == [.noSpace])
      #expect(try store.revision() == before)
    }
  }

  @Test func `an alarm outlives its process and counts without a quota`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path, Self.configuration(quota: 1 << 20)) { store in _ = try await Self.fill(store, "k") }
    try await withStore(at: path, Self.configuration(quota: nil)) { store in
      #expect(await awaitedError { try await store.write { try $0.put(bytes("k"), []) } }?.code == .noSpace)
      #expect(try store.statistics().alarms.map(\.kind) == [.noSpace])
      try await store.disarmAlarm(.noSpace)
      try await store.write { try $0.put(bytes("k"), []) }
    }
  }

  @Test func `a batch that holds refused and other writes commits the others`() async throws {
    try await withStore(Self.configuration(quota: 1 << 20)) { store in
      try await store.write { try $0.put(bytes("d"), []) }
      try await store.raiseAlarm(.noSpace)
      async let refused = awaitedError { try await store.write { try $0.put(bytes("k"), []) } }
      async let deleted = store.write { try $0.delete(bytes("d")) }
      #expect(await refused?.code == .noSpace)
      #expect(try await deleted.value)
    }
  }

  @Test func `the alarm CORRUPT refuses reads, writes and compaction until it is disarmed`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("k"), bytes("v")) }
      try await store.raiseAlarm(.corrupt)
      #expect(await awaitedError { _ = try store.read { try $0.get(bytes("k")) } }?.code == .corrupt)
      #expect(await awaitedError { try await store.write { try $0.delete(bytes("k")) } }?.code == .corrupt)
      #expect(await awaitedError { try await store.compact(to: 2) }?.code == .corrupt)
      #expect(try store.revision() == 2)
      try await store.disarmAlarm(.corrupt)
      #expect(try store.read { try $0.get(bytes("k"))?.value } == bytes("v"))
    }
  }

  @Test func `an alarm is raised once per member and disarmed for one or for all`() async throws {
    try await withStore { store in
      let first = try await store.raiseAlarm(.noSpace, member: 7)
      #expect(try await store.raiseAlarm(.noSpace, member: 7) == first)
      try await store.raiseAlarm(.noSpace)
      #expect(try store.alarms().map(\.member) == [0, 7])
      #expect(try await store.disarmAlarm(.noSpace, member: 9).isEmpty)
      try await store.disarmAlarm(.noSpace, member: 0)
      #expect(await awaitedError { try await store.write { try $0.put(bytes("k"), []) } }?.code == .noSpace)
      #expect(try await store.disarmAlarm(.noSpace).map(\.member) == [7])
      try await store.write { try $0.put(bytes("k"), []) }
    }
  }
}
