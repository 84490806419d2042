import MVCC
import TestSupport
import Testing

@Suite struct RangeTests {
  /// Five keys a…e whose versions, creations, changes and values all order differently.
  private func withKeys(_ body: (RevisionStore) async throws -> Void) async throws {
    try await withStore { (store) async throws in
      for key in ["c", "a", "e", "b", "d"] { try await store.put(bytes(key), bytes(key == "a" ? "z" : key)) }  // 2…6
      for key in ["b", "a", "b"] { try await store.put(bytes(key), bytes("\(key)2")) }  // 7…9
      try await body(store)
    }
  }

  private func keys(_ store: RevisionStore, _ query: RangeQuery) throws -> String {
    try store.range(RangeRequest(query)).keyValues.map(\.keyText).joined()
  }

  @Test func `each sort key orders up and down, before the limit`() async throws {
    try await withKeys { (store) async throws in
      let expected: [(RangeQuery.SortKey, String)] = [
        (.key, "abcde"), (.createRevision, "caebd"), (.modRevision, "cedab"), (.value, "abcde"),
      ]
      for (sortKey, order) in expected {
        var query = RangeQuery(.all)
        query.sortKey = sortKey
        #expect(try keys(store, query) == order)
        query.limit = 2
        #expect(try keys(store, query) == order.prefix(2))
        query.order = .descending
        #expect(try keys(store, query) == String(order.reversed().prefix(2)))
      }
      var byVersion = RangeQuery(.all, limit: 2, order: .descending)
      byVersion.sortKey = .version
      #expect(try keys(store, byVersion) == "ba")
    }
  }

  @Test func `keys with zero bytes inside and at the end stand in their order, now and at older revisions`() async throws {
    try await withStore { (store) async throws in
      let tails: [[UInt8]] = [
        [], [0], [0, 0], [0, 0, 0, 1], [0, 0, 1], [0, 1], [0, 0xFF], [1], [1, 0], [0xFF], [UInt8](repeating: 0, count: 479),
      ]
      let keys = tails.map { [UInt8(ascii: "k")] + $0 }
      for round in 1...3 { for key in keys.shuffled() { try await store.put(key, [UInt8(round)]) } }
      let sorted = keys.sorted { $0.lexicographicallyPrecedes($1) }
      let newest = try store.revision()
      for (round, revision) in [(1, Revision(1) + Int64(keys.count)), (2, Revision(1) + 2 * Int64(keys.count)), (3, newest)] {
        let all = try store.range(RangeRequest(RangeQuery(.all), revision: revision)).keyValues
        #expect(all.map(\.key) == sorted && all.allSatisfy { $0.value == [UInt8(round)] })
        for (index, key) in sorted.enumerated() {
          #expect(try store.range(RangeRequest(RangeQuery(.key(key)), revision: revision)).keyValues.map(\.key) == [key])
          let later = try store.range(RangeRequest(RangeQuery(.from(key)), revision: revision)).keyValues
          #expect(later.map(\.key) == Array(sorted[index...]))
        }
      }
    }
  }

  @Test func `a sort key without an order is applied after the limit`() async throws {
    try await withKeys { (store) async throws in
      var query = RangeQuery(.all, limit: 2)
      query.sortKey = .modRevision
      query.limitsBeforeSorting = true
      // a, b and, one further than the limit, c are sorted; then two are left.
      #expect(try keys(store, query) == "ca")
    }
  }

  @Test func `filters bound inclusively and leave the count alone`() async throws {
    try await withKeys { (store) async throws in
      var query = RangeQuery(.all)
      query.minimumModRevision = 6
      query.maximumModRevision = 8
      let response = try store.range(RangeRequest(query))
      #expect(response.keyValues.map(\.keyText) == ["a", "d"] && response.count == 5 && !response.hasMore)
      query.limit = 1
      let limited = try store.range(RangeRequest(query))
      #expect(limited.keyValues.map(\.keyText) == ["a"] && limited.count == 5 && limited.hasMore)
      var created = RangeQuery(.all)
      created.minimumCreateRevision = 3
      created.maximumCreateRevision = 5
      #expect(try keys(store, created) == "abe")
    }
  }

  @Test func `the count is exact whatever the limit, also at an older revision and of nothing but the count`() async throws {
    try await withKeys { (store) async throws in
      let limited = try store.range(RangeRequest(RangeQuery(.from(bytes("b")), limit: 2)))
      #expect(limited.count == 4 && limited.hasMore && limited.revision == 9)
      let past = try store.range(RangeRequest(RangeQuery(.all, limit: 1), revision: 4))
      #expect(past.count == 3 && past.revision == 9 && past.keyValues.map(\.value) == [bytes("z")])
      var countsOnly = RangeQuery(.all, limit: 1)
      countsOnly.countsOnly = true
      #expect(try store.range(RangeRequest(countsOnly)) == RangeResponse(revision: 9, keyValues: [], hasMore: false, count: 5))
      let nothing = KeyRange(from: bytes("c"), upTo: bytes("b"))
      #expect(try store.range(RangeRequest(RangeQuery(nothing))).count == 0)
    }
  }

  @Test func `keys only leaves values out, also when it sorts by them`() async throws {
    try await withKeys { (store) async throws in
      var query = RangeQuery(.all, order: .descending, keysOnly: true)
      query.sortKey = .value
      let response = try store.range(RangeRequest(query))
      #expect(response.keyValues.map(\.keyText).joined() == "edcba" && response.keyValues.allSatisfy(\.value.isEmpty))
    }
  }

  @Test func `pages by last key and revision add up to the range, whatever is written between them`() async throws {
    try await withKeys { (store) async throws in
      let first = try store.range(RangeRequest(RangeQuery(.all, limit: 2)))
      var seen = first.keyValues
      var more = first.hasMore
      while more, let last = seen.last {
        try await store.put(last.key + bytes("x"), bytes("new"))
        let page = try store.range(RangeRequest(RangeQuery(KeyRange.all.after(last.key), limit: 2), revision: first.revision))
        seen += page.keyValues
        more = page.hasMore
      }
      #expect(seen.map(\.keyText).joined() == "abcde")
    }
  }

  @Test func `an empty key is refused, and numbers below zero read the newest revision`() async throws {
    try await withKeys { (store) async throws in
      #expect(throws: StoreError.self) { try store.range(RangeRequest(RangeQuery(.etcd(key: [], rangeEnd: [0])))) }
      #expect(try store.range(RangeRequest(RangeQuery(.all), revision: -1)).count == 5)
    }
  }
}
