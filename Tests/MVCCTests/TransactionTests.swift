import MVCC
import TestSupport
import Testing

@Suite struct TransactionTests {
  private func status(_ body: () async throws -> Void) async -> EtcdStatus? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? StoreError)?.etcdStatus
    }
  }

  private func put(_ key: String, _ value: String = "v") -> TransactionOperation { .put(PutRequest(bytes(key), bytes(value))) }

  private func delete(_ key: String) -> TransactionOperation { .delete(DeleteRequest(.key(bytes(key)))) }

  private func nest(_ operations: TransactionOperation...) -> TransactionOperation { .transaction(TransactionRequest(then: operations)) }

  @Test func `a missing key compares as zero, and its value as nothing at all`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), bytes("1"))
      let cases: [(Compare, Bool)] = [
        (Compare(bytes("x"), .equal, .version(0)), true), (Compare(bytes("x"), .equal, .createRevision(0)), true),
        (Compare(bytes("x"), .less, .modRevision(1)), true), (Compare(bytes("x"), .notEqual, .lease(0)), false),
        (Compare(bytes("x"), .equal, .value([])), false), (Compare(bytes("x"), .notEqual, .value(bytes("1"))), false),
        (Compare(bytes("a"), .equal, .value(bytes("1"))), true), (Compare(bytes("a"), .less, .value(bytes("12"))), true),
        (Compare(.prefix(bytes("b")), .equal, .version(0)), true), (Compare(.all, .equal, .modRevision(2)), true),
        (Compare(.all, .greater, .modRevision(2)), false),
      ]
      for (compare, expected) in cases {
        #expect(try await store.transaction(TransactionRequest(if: [compare])).hasSucceeded == expected, "\(compare)")
      }
      try await store.put(bytes("b"), bytes("2"))
      let all = try await store.transaction(TransactionRequest(if: [Compare(.all, .equal, .modRevision(2))]))
      #expect(!all.hasSucceeded)
    }
  }

  @Test func `compares of nested transactions see the state before, operations what came before them`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), bytes("old"))
      let ifOld = TransactionRequest(
        if: [Compare(bytes("a"), .equal, .value(bytes("old")))], then: [.range(RangeRequest(RangeQuery(.key(bytes("a")))))])
      let response = try await store.transaction(
        TransactionRequest(then: [
          .range(RangeRequest(RangeQuery(.key(bytes("a"))))), put("a", "new"), .transaction(ifOld),
          .range(RangeRequest(RangeQuery(.key(bytes("a"))), revision: 2)),
        ]))
      #expect(response.revision == 3)
      guard case .range(let before) = response.responses[0], case .put(let changed) = response.responses[1],
        case .transaction(let nested) = response.responses[2], case .range(let past) = response.responses[3],
        case .range(let inside) = nested.responses[0]
      else {
        Issue.record("the responses are of other kinds: \(response)")
        return
      }
      #expect(before.revision == 2 && before.keyValues.map(\.value) == [bytes("old")])
      #expect(changed.revision == 3)
      #expect(nested.hasSucceeded && nested.revision == 0)
      #expect(inside.keyValues.map(\.value) == [bytes("new")] && inside.revision == 3)
      #expect(past.keyValues.map(\.value) == [bytes("old")])
    }
  }

  @Test func `a transaction that is refused at one step changes nothing and takes no revision`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), bytes("1"))
      var keeps = PutRequest(bytes("missing"), [])
      keeps.keepsValue = true
      let refused: [(TransactionOperation, EtcdStatus)] = [
        (.put(keeps), .keyNotFound), (.range(RangeRequest(RangeQuery(.all), revision: 3)), .futureRevision),
        (.range(RangeRequest(RangeQuery(.all), revision: -2)), .compacted), (.put(PutRequest(bytes("b"), [], lease: 7)), .leaseNotFound),
        (.empty, .keyNotFound), (put(""), .keyNotProvided),
      ]
      for (operation, expected) in refused {
        let seen = await status { _ = try await store.transaction(TransactionRequest(then: [self.put("c"), operation])) }
        #expect(seen == expected)
      }
      #expect(try store.revision() == 2)
    }
  }

  @Test func `a key is put once in a branch and not deleted with it, but for a nested put that a later sibling deletes`() async throws {
    try await withStore { (store) async throws in
      let refused: [[TransactionOperation]] = [
        [put("a"), put("a")], [put("a"), delete("a")], [delete("a"), put("a")], [nest(put("a")), put("a")],
        [nest(delete("a")), nest(put("a"))], [.delete(DeleteRequest(.prefix(bytes("a")))), put("ab")],
      ]
      for operations in refused {
        let seen = await status { _ = try await store.transaction(TransactionRequest(then: operations)) }
        #expect(seen == .duplicateKey, "\(operations)")
      }
      #expect(try store.revision() == 1)
      let branches = TransactionRequest(if: [], then: [put("a")], else: [put("a")])
      #expect(try await store.transaction(TransactionRequest(then: [.transaction(branches)])).revision == 2)
      let hole = try await store.transaction(TransactionRequest(then: [nest(put("a", "2")), nest(delete("a"))]))
      #expect(hole.revision == 3)
      let events = try store.events(in: .all, after: 2, options: WatchOptions(includesPrevious: true)).events
      #expect(events.map(\.kind) == [.put, .delete])
      #expect(events.map { $0.previous?.modRevision } == [2, 2])
      #expect(try store.read { try $0.get(bytes("a")) } == nil)
      #expect(try store.read(at: .revision(2)) { try $0.get(bytes("a"))?.value } == bytes("v"))
      try requireConsistency(store)
      try await store.compact(to: 3)
    }
  }

  @Test func `128 operations pass, 129 do not, and nesting takes from the budget`() async throws {
    try await withStore { (store) async throws in
      func puts(_ count: Int) -> [TransactionOperation] { (0..<count).map { put("k\($0)") } }
      #expect(try await store.transaction(TransactionRequest(then: puts(128))).revision == 2)
      #expect(await status { _ = try await store.transaction(TransactionRequest(then: puts(129))) } == .tooManyOperations)
      let nested = TransactionRequest(then: puts(126))
      #expect(try await store.transaction(TransactionRequest(then: [.transaction(nested), put("x")])).revision == 3)
      let tooDeep = TransactionRequest(then: [.transaction(TransactionRequest(then: puts(127))), put("x")])
      #expect(await status { _ = try await store.transaction(tooDeep) } == .tooManyOperations)
    }
  }

  @Test func `a request of 1.5 MiB is refused, one just below it is not`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), [UInt8](repeating: 7, count: 1_572_000))
      let seen = await status { try await store.put(bytes("a"), [UInt8](repeating: 7, count: 1_572_864)) }
      #expect(seen == .requestTooLarge)
    }
  }

  @Test func `a put keeps value or lease only of a key that exists`() async throws {
    try await withStore { (store) async throws in
      var keeps = PutRequest(bytes("a"), [])
      keeps.keepsValue = true
      keeps.returnsPrevious = true
      #expect(await status { _ = try await store.put(keeps) } == .keyNotFound)
      try await store.put(bytes("a"), bytes("1"))
      let response = try await store.put(keeps)
      #expect(response.revision == 3 && response.previous?.version == 1)
      #expect(try store.read { try $0.get(bytes("a")) }?.value == bytes("1"))
      keeps.value = bytes("2")
      #expect(await status { _ = try await store.put(keeps) } == .valueProvided)
      var keepsLease = PutRequest(bytes("a"), bytes("3"), lease: 5)
      keepsLease.keepsLease = true
      #expect(await status { _ = try await store.put(keepsLease) } == .leaseProvided)
    }
  }

  @Test func `a deletion answers with what it deleted, and without effect it takes no revision`() async throws {
    try await withStore { (store) async throws in
      for key in ["a", "b", "c"] { try await store.put(bytes(key), bytes(key)) }
      var request = DeleteRequest(KeyRange(from: bytes("a"), upTo: bytes("c")))
      request.returnsPrevious = true
      let response = try await store.delete(request)
      #expect(response.revision == 5 && response.deletedCount == 2 && response.previous.map(\.keyText) == ["a", "b"])
      #expect(try await store.delete(request) == DeleteResponse(revision: 5, deletedCount: 0))
    }
  }
}
