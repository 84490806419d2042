import MVCC
import TestSupport
import Testing

@Suite struct WriteTests {
  private struct Refusal: Error {}

  @Test func `a body that throws leaves nothing`() async throws {
    try await withStore { store in
      await #expect(throws: Refusal.self) {
        try await store.write { writer in
          try writer.put(bytes("a"), bytes("1"))
          throw Refusal()
        }
      }
      let (revision, value) = try store.read { ($0.revision, try $0.get(bytes("a"))) }
      #expect(revision == 1 && value == nil)
    }
  }

  @Test func `a body sees its own changes, in single reads and in ranges`() async throws {
    try await withStore { store in
      try await store.write { writer in
        for name in ["a", "c", "e"] { try writer.put(bytes(name), bytes("old")) }
      }
      let seen = try await store.write { writer in
        try writer.put(bytes("b"), bytes("new"))
        try writer.put(bytes("c"), bytes("new"))
        try writer.delete(bytes("e"))
        let up = try writer.range(RangeQuery(.all)).keyValues.map { $0.keyText + String(decoding: $0.value, as: UTF8.self) }
        let down = try writer.range(RangeQuery(.all, order: .descending)).keyValues.map(\.keyText)
        return (up, down, try writer.get(bytes("e")) == nil, try writer.get(bytes("c"))?.version)
      }.value
      #expect(seen.0 == ["aold", "bnew", "cnew"])
      #expect(seen.1 == ["c", "b", "a"])
      #expect(seen.2 && seen.3 == 2)
    }
  }

  @Test func `a key that one body changes twice has one event, the last`() async throws {
    try await withStore { store in
      try await store.write { writer in
        try writer.put(bytes("a"), bytes("1"))
        try writer.put(bytes("a"), bytes("2"))
      }
      let events = try store.events(in: .all, after: 1).events
      #expect(events.map(\.keyValue.value) == [bytes("2")])
      #expect(events.first?.keyValue.version == 1)
    }
  }

  @Test func `many callers at once each get a revision of their own, and one refusal harms nobody`() async throws {
    try await withStore { store in
      let outcomes = await withTaskGroup(of: Revision?.self) { group in
        for number in 0..<200 {
          group.addTask {
            try? await store.write { writer in
              try writer.put(bytes("key\(number)"), bytes("\(number)"))
              if number % 10 == 3 { throw Refusal() }
            }.revision
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let revisions = outcomes.compactMap { $0 }
      #expect(revisions.count == 180)
      #expect(Set(revisions) == Set((2...181).map { Revision($0) }))
      let count = try store.read { try $0.count(.all) }
      #expect(count == 180)
    }
  }

  @Test func `increments of concurrent callers are never lost`() async throws {
    try await withStore { store in
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<100 {
          group.addTask {
            _ = try? await store.write { writer in
              let text = String(decoding: try writer.get(bytes("n"))?.value ?? bytes("0"), as: UTF8.self)
              try writer.put(bytes("n"), bytes("\((Int(text) ?? 0) + 1)"))
            }
          }
        }
      }
      let sum = try store.read { try $0.get(bytes("n"))?.value }
      #expect(sum == bytes("100"))
    }
  }

  @Test(arguments: [
    (0, StoreError.Code.invalidArgument), (1, nil), (480, nil), (481, .tooLarge), (600, .tooLarge),
  ])
  func `a key takes 1 to 480 bytes`(count: Int, code: StoreError.Code?) async throws {
    try await withStore { store in
      let key = [UInt8](repeating: 0x6B, count: count)
      let refusal = await awaitedError { try await store.write { try $0.put(key, bytes("v")) } }
      #expect(refusal?.code == code)
      let stored = try store.read { key.isEmpty ? nil : try $0.get(key)?.value }
      #expect(stored == (code == nil ? bytes("v") : nil))
    }
  }

  @Test func `a key of zero bytes is limited by what its escaped form takes`() async throws {
    try await withStore { store in
      // Zero bytes at the end are counted; those before another byte take two each.
      let fits = [UInt8](repeating: 0, count: 250) + [1]
      try await store.write { try $0.put(fits, bytes("1")) }
      try await store.write { try $0.put(fits, bytes("2")) }
      #expect(try store.read(at: .revision(2)) { try $0.get(fits)?.value } == bytes("1"))
      #expect(await awaitedError { try await store.write { try $0.put([0] + fits, bytes("1")) } }?.code == .tooLarge)
      let ends = [UInt8](repeating: 0, count: 480)
      try await store.write { try $0.put(ends, bytes("1")) }
      try await store.write { try $0.put(ends, bytes("2")) }
      #expect(try store.read(at: .revision(4)) { try $0.get(ends)?.value } == bytes("1"))
      #expect(await awaitedError { try await store.write { try $0.put([0] + ends, bytes("1")) } }?.code == .tooLarge)
    }
  }

  @Test func `a value is limited, and the limit itself is allowed`() async throws {
    var configuration = StoreConfiguration()
    configuration.maximumValueBytes = 100
    try await withStore(configuration) { store in
      try await store.write { try $0.put(bytes("a"), [UInt8](repeating: 1, count: 100)) }
      let refusal = await awaitedError { try await store.write { try $0.put(bytes("a"), [UInt8](repeating: 1, count: 101)) } }
      #expect(refusal?.message == "the value of key \"a\" has 101 bytes; the limit is 100")
    }
  }

  @Test func `a write changes a limited number of keys, and a range deletion counts them`() async throws {
    var configuration = StoreConfiguration()
    configuration.maximumChangesPerWrite = 3
    try await withStore(configuration) { store in
      for part in [["a", "b", "c"], ["d"]] {
        try await store.write { writer in for name in part { try writer.put(bytes(name), []) } }
      }
      #expect(await awaitedError { try await store.write { try $0.deleteRange(.all) } }?.code == .tooLarge)
      let deleted = try await store.write { try $0.deleteRange(KeyRange(from: bytes("a"), upTo: bytes("d"))) }
      #expect(deleted.value == 3)
      #expect(try store.read { try $0.range(RangeQuery(.all)).keyValues.map(\.keyText) } == ["d"])
    }
  }

  @Test func `a closed store refuses reads and writes`() async throws {
    let directory = try TemporaryDirectory()
    let store = try RevisionStore.open(at: directory.appending("store"))
    store.close()
    #expect(storeError { try store.revision() }?.code == .closed)
    #expect(await awaitedError { try await store.write { try $0.put(bytes("a"), []) } }?.code == .closed)
  }
}
