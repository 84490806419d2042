import MVCC
import TestSupport
import Testing

@Suite struct CompactionTests {
  @Test func `nothing superseded is left after a compaction to the newest revision`() async throws {
    try await withStore { store in
      for number in 0..<700 { try await store.write { try $0.put(bytes("k\(number % 3)"), bytes("\(number)")) } }
      try await store.write { try $0.delete(bytes("k0")) }
      try await store.compact(to: try store.revision())
      let statistics = try store.statistics()
      #expect(statistics.historyCount == 0)
      #expect(statistics.logCount == 1)
      #expect(statistics.keyCount == 2)
      #expect(try store.read { try $0.get(bytes("k1"))?.value } == bytes("697"))
    }
  }

  @Test func `a large write at the compact revision is compacted whole`() async throws {
    try await withStore { store in
      for value in ["1", "2"] {
        try await store.write { writer in for number in 0..<900 { try writer.put(bytes("k\(number)"), bytes(value)) } }
      }
      try await store.compact(to: 3)
      #expect(try store.statistics().historyCount == 0)
    }
  }

  @Test func `compacting again, or the future, is refused`() async throws {
    try await withStore { store in
      for number in 1...3 { try await store.write { try $0.put(bytes("a"), bytes("\(number)")) } }
      try await store.compact(to: 3)
      #expect(await awaitedError { try await store.compact(to: 3) }?.code == .compacted)
      #expect(await awaitedError { try await store.compact(to: 5) }?.code == .futureRevision)
    }
  }

  @Test func `compacting to 0 is taken once, of a store that was never compacted`() async throws {
    try await withStore { store in
      #expect(await awaitedError { try await store.compact(to: -1) }?.code == .compacted)
      try await store.compact(to: 0)
      #expect(await awaitedError { try await store.compact(to: 0) }?.code == .compacted)
      #expect(try store.read(at: .revision(1)) { $0.compactRevision } == 0)
      try await store.compact(to: 1)
      #expect(await awaitedError { try await store.compact(to: 1) }?.code == .compacted)
      #expect(await awaitedError { try await store.compact(to: 0) }?.code == .compacted)
    }
  }

  @Test func `a compaction that is not waited for is unreadable at once and deleted by and by`() async throws {
    try await withStore { store in
      for number in 0..<600 { try await store.write { try $0.put(bytes("k\(number % 3)"), bytes("\(number)")) } }
      let result = try await store.compact(to: 601, waits: false)
      #expect(result.compactRevision == 601 && result.revision == 601)
      #expect(await awaitedError { _ = try store.read(at: .revision(600)) { $0.revision } }?.code == .compacted)
      try await store.finishCompaction()
      #expect(try store.statistics().historyCount == 0)
    }
  }

  @Test func `a consumer holds compaction back, unless it is forced`() async throws {
    try await withStore { store in
      for number in 1...6 { try await store.write { try $0.put(bytes("a"), bytes("\(number)")) } }
      try await store.setConsumer("trigger/deploy", to: 3)
      let result = try await store.compact(to: 6)
      #expect(result.compactRevision == 4)
      #expect(result.heldBackBy.map(\.name) == ["trigger/deploy"])
      #expect(try store.events(in: .all, after: 3).events.count == 4)
      let forced = try await store.compact(to: 6, force: true)
      #expect(forced.compactRevision == 6 && forced.heldBackBy.isEmpty)
    }
  }

  @Test func `writers and readers go on while a compaction runs`() async throws {
    try await withStore { store in
      for number in 0..<1500 { try await store.write { try $0.put(bytes("k\(number % 10)"), bytes("\(number)")) } }
      async let compaction = store.compact(to: 1400)
      for number in 0..<50 {
        try await store.write { try $0.put(bytes("other\(number)"), []) }
        #expect(try store.read { try $0.count(.prefix(bytes("k"))) } == 10)
      }
      #expect(try await compaction.compactRevision == 1400)
    }
  }

  @Test func `consumers are kept by name and can be moved back and removed`() async throws {
    try await withStore { store in
      for number in 1...3 { try await store.write { try $0.put(bytes("a"), bytes("\(number)")) } }
      try await store.setConsumer("one", to: 4)
      try await store.setConsumer("two", to: 2)
      try await store.setConsumer("one", to: 3)
      #expect(try store.consumers().map { "\($0.name) \($0.revision)" } == ["one 3", "two 2"])
      try await store.removeConsumer("one")
      try await store.removeConsumer("one")
      #expect(try store.consumer("one") == nil)
      #expect(await awaitedError { try await store.setConsumer("two", to: 9) }?.code == .futureRevision)
      #expect(await awaitedError { try await store.setConsumer("", to: 2) }?.code == .invalidArgument)
      #expect(try store.revision() == 4)
    }
  }
}
