import TestSupport
import Testing

@testable import MVCC

/// What a store answers and etcd does not: times, versions, and hashes of contents.
@Suite struct BeyondEtcdTests {
  private static func clocked() -> (ManualClock, StoreConfiguration) {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    return (clock, configuration)
  }

  @Test func `counts and ranges at a time are those of the last commit at or before it`() async throws {
    let (clock, configuration) = Self.clocked()
    try await withStore(configuration) { store in
      var model = ModelStore()
      var times: [(time: Timestamp, revision: Revision)] = [(clock.now, 1)]
      for number in 1...30 {
        // Some commits share a millisecond.
        clock.advance(by: number % 3 == 0 ? .zero : .milliseconds(10))
        let key = bytes("k\(number % 7)")
        let change: ModelStore.Change = number % 5 == 0 ? .delete(key: key) : .put(key: key, value: bytes("\(number)"))
        model.apply([change])
        try await store.write { writer in
          if number % 5 == 0 { try writer.delete(key) } else { try writer.put(key, bytes("\(number)")) }
        }
        if times.last?.time == clock.now { times.removeLast() }
        times.append((clock.now, model.revision))
      }
      for (time, revision) in times {
        for offset in [0, 9] where time + .milliseconds(offset) <= clock.now {
          try store.read(at: .time(time + .milliseconds(offset))) { view in
            let range = KeyRange.prefix(bytes("k"))
            let expected = model.range(range, at: revision)
            #expect(view.revision == revision)
            let (count, found) = (try view.count(range), try view.range(RangeQuery(range)).keyValues)
            #expect(count == expected.count && found == expected)
          }
        }
      }
    }
  }

  @Test func `commit times do not go back over a restart with an earlier clock`() async throws {
    let directory = try TemporaryDirectory()
    let (clock, configuration) = Self.clocked()
    let path = directory.appending("store")
    let first = try await withStore(at: path, configuration) { try await $0.write { try $0.put(bytes("a"), bytes("1")) } }
    clock.advance(by: .seconds(-86_400))
    // The check at the end derives the order of all commit times again.
    try await withStore(at: path, configuration) { store in
      let second = try await store.write { try $0.put(bytes("a"), bytes("2")) }
      #expect(second.time == first.time)
      #expect(try store.read(at: .time(first.time)) { $0.revision } == second.revision)
      clock.advance(by: .seconds(86_401))
      let third = try await store.write { try $0.put(bytes("a"), bytes("3")) }
      #expect(third.time == first.time + .seconds(1))
    }
  }

  @Test func `the newest versions of a key cost the same however many there are`() async throws {
    try await withStore { store in
      for round in 0..<20 {
        // 200 revisions in few commits.
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<200 { group.addTask { try await store.write { try $0.put(bytes("k"), bytes("\(round) \(number)")) } } }
          try await group.waitForAll()
        }
      }
      // A hundred of each, to be longer than a clock's tick.
      func time(_ limit: Int, at revision: Revision) throws -> Duration {
        try ContinuousClock().measure {
          for _ in 0..<100 {
            let versions = try store.read(at: .revision(revision)) { try $0.versions(of: bytes("k"), limit: limit) }
            #expect(versions.count == limit && versions.first?.modRevision == revision)
          }
        }
      }
      for revision in [Revision(4_001), 2_000] {
        _ = try time(3, at: revision)
        let few = try time(3, at: revision)
        let many = try time(1_500, at: revision)
        #expect(few * 20 < many, "3 versions of 4,000 took \(few), 1,500 took \(many)")
      }
    }
  }

  @Test func `equal contents have equal state hashes, however they are compressed and whatever was compacted`() async throws {
    let (clock, configuration) = Self.clocked()
    let value = Array(repeatElement(bytes("a value like many others; "), count: 20).joined())
    func fill(_ store: RevisionStore) async throws {
      for number in 0..<60 {
        try await store.write { try $0.put(bytes("k\(number % 40)"), value + bytes("\(number)")) }
        clock.advance(by: .seconds(1))
      }
      try await store.write { try $0.delete(bytes("k1")) }
    }
    try await withStore(configuration) { plain in
      try await withStore(configuration) { trained in
        try await fill(plain)
        try await trained.write { writer in for number in 0..<60 { try writer.put(bytes("t\(number)"), value + bytes("\(number)")) } }
        #expect(try plain.statistics().stateHash != trained.statistics().stateHash)
      }
      try await withStore { other in
        // Another clock, other compression, a compacted history.
        for number in 0..<60 {
          let content = value + bytes("\(number)")
          let compressed = other.encode(content, for: bytes("k"))
          let raw = EncodedValue(
            codec: .raw, dictionary: 0, valueByteCount: content.count, valueHash: compressed.valueHash, payload: content)
          try await other.write { try $0.put(bytes("k\(number % 40)"), content, encoded: number % 2 == 0 ? raw : compressed) }
        }
        try await other.write { try $0.delete(bytes("k1")) }
        try await other.compact(to: other.revision())
        #expect(try other.statistics().stateHash == plain.statistics().stateHash)
        // One byte of one value, and one revision more, are told apart.
        try await other.write { try $0.put(bytes("k2"), value + bytes("!")) }
        try await plain.write { try $0.put(bytes("k2"), value + bytes("?")) }
        #expect(try other.statistics().stateHash != plain.statistics().stateHash)
      }
    }
  }
}
