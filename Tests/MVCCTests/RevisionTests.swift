import MVCC
import TestSupport
import Testing

@Suite struct RevisionTests {
  @Test func `a new store stands at revision 1 and its first write gets 2`() async throws {
    try await withStore { store in
      #expect(try store.revision() == 1)
      let commit = try await store.write { try $0.put(bytes("a"), bytes("1")) }
      #expect(commit.revision == 2 && commit.hasChanges)
    }
  }

  @Test func `every key that one write changes carries its revision`() async throws {
    try await withStore { store in
      try await store.write { writer in
        for name in ["a", "b", "c"] { try writer.put(bytes(name), bytes("1")) }
      }
      let all = try store.read { try $0.range(RangeQuery(.all)).keyValues }
      #expect(all.map(\.modRevision) == [2, 2, 2])
      #expect(try store.revision() == 2)
    }
  }

  @Test func `a write that changes nothing gets no revision`() async throws {
    try await withStore { store in
      let read = try await store.write { try $0.get(bytes("a")) }
      let absent = try await store.write { try $0.delete(bytes("a")) }
      let undone = try await store.write { writer in
        try writer.put(bytes("a"), bytes("1"))
        try writer.delete(bytes("a"))
      }
      for revision in [read.revision, absent.revision, undone.revision] { #expect(revision == 1) }
      #expect(!read.hasChanges && !absent.hasChanges && !undone.hasChanges)
    }
  }

  @Test func `putting the same value again is a change`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      let found = try store.read { try $0.get(bytes("a")) }
      #expect(found == KeyValue(key: bytes("a"), value: bytes("1"), createRevision: 2, modRevision: 3, version: 2))
    }
  }

  @Test func `creation begins again after a deletion`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      try await store.write { try $0.delete(bytes("a")) }
      try await store.write { try $0.put(bytes("a"), bytes("2")) }
      let found = try store.read { try $0.get(bytes("a")) }
      #expect(found == KeyValue(key: bytes("a"), value: bytes("2"), createRevision: 4, modRevision: 4, version: 1))
    }
  }

  @Test func `a deleted key reads as nil now and as its value at the older revision`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      try await store.write { try $0.delete(bytes("a")) }
      #expect(try store.read { try $0.get(bytes("a")) } == nil)
      #expect(try store.read(at: .revision(2)) { try $0.get(bytes("a"))?.value } == bytes("1"))
    }
  }

  @Test func `revisions outside of the readable ones are refused by name`() async throws {
    try await withStore { store in
      for number in 1...4 { try await store.write { try $0.put(bytes("a"), bytes("\(number)")) } }
      try await store.compact(to: 3)
      #expect(throws: StoreError.self) { try store.read(at: .revision(6)) { _ in } }
      let future = storeError { try store.read(at: .revision(6)) { _ in } }
      #expect(future?.code == .futureRevision && future?.message == "revision 6 is in the future; the newest revision is 5")
      let compacted = storeError { try store.read(at: .revision(2)) { _ in } }
      #expect(compacted?.code == .compacted && compacted?.message == "revision 2 is compacted; the oldest readable revision is 3")
      #expect(try store.read(at: .revision(3)) { try $0.get(bytes("a"))?.value } == bytes("2"))
    }
  }

  @Test func `a read at a time sees the last commit at or before it`() async throws {
    let clock = ManualClock()
    let start = clock.now
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withStore(configuration) { store in
      for number in 1...5 {
        clock.advance(by: .seconds(10))
        try await store.write { try $0.put(bytes("a"), bytes("\(number)")) }
      }
      for number in 1...5 {
        let time = start + .seconds(10 * number)
        #expect(try store.read(at: .time(time)) { try $0.get(bytes("a"))?.value } == bytes("\(number)"))
        if number < 5 {
          #expect(try store.read(at: .time(time + .milliseconds(9_999))) { $0.revision } == Revision(Int64(number) + 1))
        }
      }
      #expect(try store.read(at: .time(start)) { try $0.get(bytes("a")) } == nil)
      #expect(storeError { try store.read(at: .time(clock.now + .seconds(1))) { _ in } }?.code == .futureRevision)
      try await store.compact(to: 4)
      #expect(storeError { try store.read(at: .time(start + .seconds(20))) { _ in } }?.code == .compacted)
      #expect(try store.read(at: .time(start + .seconds(30))) { try $0.get(bytes("a"))?.value } == bytes("3"))
    }
  }

  @Test func `commit times never go back, though the clock does`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withStore(configuration) { store in
      let first = try await store.write { try $0.put(bytes("a"), bytes("1")) }
      clock.advance(by: .seconds(-3600))
      let second = try await store.write { try $0.put(bytes("a"), bytes("2")) }
      #expect(second.time == first.time)
    }
  }
}
