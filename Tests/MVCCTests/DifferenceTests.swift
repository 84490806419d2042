import TestSupport
import Testing

@testable import MVCC

@Suite struct DifferenceTests {
  private static func fill(_ store: RevisionStore, _ names: String..., value: String) async throws {
    try await store.write { writer in
      for name in names { try writer.put(bytes(name), bytes(value)) }
    }
  }

  @Test func `a key is created, changed or deleted, and the same when nobody set it`() async throws {
    try await withStore { store in
      try await Self.fill(store, "changed", "deleted", "recreated", "same", value: "1")
      try await Self.fill(store, "changed", "created", "passing", value: "2")
      try await store.write { writer in
        for name in ["deleted", "recreated", "passing"] { try writer.delete(bytes(name)) }
      }
      try await Self.fill(store, "recreated", value: "1")
      let result = try store.differences(from: .revision(2))
      #expect(result.source == 2 && result.target == 5 && !result.hasMore)
      #expect(result.differences.map { String(decoding: $0.key, as: UTF8.self) } == ["changed", "created", "deleted", "recreated"])
      #expect(result.differences.map(\.kind) == [.changed, .created, .deleted, .changed])
      #expect(result.differences.map { $0.before?.value } == [bytes("1"), nil, bytes("1"), bytes("1")])
      #expect(result.differences.map { $0.after?.value } == [bytes("2"), bytes("2"), nil, bytes("1")])
      // Backwards, what was created is deleted.
      let back = try store.differences(from: .latest, to: .revision(2)).differences
      #expect(back.map(\.kind) == [.changed, .deleted, .created, .changed])
      #expect(back.map(\.before) == result.differences.map(\.after) && back.map(\.after) == result.differences.map(\.before))
      #expect(try store.differences(from: .latest).differences.isEmpty)
      let keys = try store.differences(from: .revision(2), keysOnly: true).differences
      #expect(keys.allSatisfy { $0.before?.value.isEmpty ?? true && $0.after?.value.isEmpty ?? true })
      #expect(keys.map(\.after?.modRevision) == [3, 3, nil, 5])
    }
  }

  @Test func `points that cannot be read are refused as reads refuse them`() async throws {
    try await withStore { store in
      for number in 1...5 { try await Self.fill(store, "a", value: "\(number)") }
      try await store.compact(to: 4)
      #expect(
        storeError { try store.differences(from: .revision(3)) }?.message == "revision 3 is compacted; the oldest readable revision is 4")
      #expect(storeError { try store.differences(from: .latest, to: .revision(3)) }?.code == .compacted)
      #expect(storeError { try store.differences(from: .revision(7)) }?.code == .futureRevision)
      #expect(try store.differences(from: .revision(4)).differences.map { $0.before?.value } == [bytes("3")])
      // Compacted while it goes on.
      var visited = 0
      let later = try store.revision()
      #expect(later == 6)
      try store.forEachDifference(from: .revision(4)) { _ in
        visited += 1
        return false
      }
      #expect(visited == 1)
    }
  }

  @Test func `times are points too`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withStore(configuration) { store in
      var times: [Timestamp] = []
      for number in 1...4 {
        clock.advance(by: .seconds(60))
        try await Self.fill(store, "a\(number)", value: "1")
        times.append(clock.now)
      }
      let result = try store.differences(from: .time(times[1]), to: .time(times[2] + .seconds(59)))
      #expect(result.source == 3 && result.target == 4)
      #expect(result.differences.map(\.key) == [bytes("a3")])
    }
  }

  @Test func `a few changes in a large range are found through the log, a small range in a long log by a walk`() async throws {
    try await withStore { store in
      try await store.write { writer in for number in 0..<5_000 { try writer.put(bytes("k\(number)"), bytes("1")) } }
      for number in 0..<20 { try await Self.fill(store, "k\(number)", value: "2") }
      try store.read { view in
        guard case .keys(let few) = try view.planDifferences(since: 2, in: .all).way else { throw Wrong() }
        #expect(few.count == 20)
        guard case .walk = try view.planDifferences(since: 2, in: .key(bytes("k7"))).way else { throw Wrong() }
        guard case .walk = try view.planDifferences(since: 1, in: .prefix(bytes("k1"))).way else { throw Wrong() }
        #expect(try view.planDifferences(since: 22, in: .all).isDone)
      }
      #expect(try store.differences(in: .key(bytes("k7")), from: .revision(2)).differences.map(\.kind) == [.changed])
      // Many pages of a walk.
      let all = try store.differences(from: .revision(1)).differences
      #expect(all.count == 5_000 && all.allSatisfy { $0.kind == .created })
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.key.lexicographicallyPrecedes($1.key) })
    }
  }

  private struct Wrong: Error {}

  @Test(arguments: 1...20)
  func `a random history differs between any two revisions as the model says`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model = ModelStore()
    let keys: [[UInt8]] =
      [[0], [0, 0], [0, 0xFF], [0xFF], [0xFF, 0xFF], bytes("a"), bytes("a\0"), bytes("a\0b")]
      + (0..<12).map { bytes("tags/\($0)") }
    try await withStore { store in
      for _ in 0..<100 {
        let changes = (0..<Int.random(in: 1...4, using: &random)).map { _ -> ModelStore.Change in
          let key = keys.randomElement(using: &random) ?? [1]
          return random.oneIn(3) ? .delete(key: key) : .put(key: key, value: [UInt8.random(in: 0...9, using: &random)])
        }
        model.apply(changes)
        try await store.write { writer in
          for change in changes {
            switch change {
            case .put(let key, let value): try writer.put(key, value)
            case .delete(let key): try writer.delete(key)
            }
          }
        }
        if random.oneIn(30), model.revision > 5 {
          let target = Revision(Int64.random(in: max(model.compactRevision.rawValue, 1)...model.revision.rawValue, using: &random))
          if target > model.compactRevision {
            try await store.compact(to: target)
            model.compactRevision = target
          }
        }
        let oldest = max(model.compactRevision, .initial).rawValue
        let (source, target) = (
          Revision(Int64.random(in: oldest...model.revision.rawValue, using: &random)),
          Revision(Int64.random(in: oldest...model.revision.rawValue, using: &random))
        )
        let prefix = random.oneIn(2) ? [] : Array((keys.randomElement(using: &random) ?? []).prefix(3))
        let range = KeyRange.prefix(prefix)
        let expected = keys.filter(range.contains).sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key -> KeyDifference? in
          let (before, after) = (model.get(key, at: source), model.get(key, at: target))
          return before == after ? nil : KeyDifference(key: key, before: before, after: after)
        }
        let found = try store.differences(in: range, from: .revision(source), to: .revision(target))
        #expect(found.differences == expected, "seed \(seed), \(source) to \(target)")
        // Page by page.
        var paged: [KeyDifference] = []
        var rest = range
        while true {
          let page = try store.differences(in: rest, from: .revision(source), to: .revision(target), limit: 3)
          paged += page.differences
          guard page.hasMore, let last = page.differences.last else { break }
          rest = rest.after(last.key)
        }
        #expect(paged == expected, "seed \(seed), \(source) to \(target), paged")
      }
    }
  }
}
