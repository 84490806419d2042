import MVCC
import TestSupport
import Testing

/// What histories that ran on a real etcd and on a store once answered differently (`EtcdDifferenceTests`).
@Suite struct EtcdRegressionTests {
  /// etcd 3.4 to 3.6: the check for duplicate keys takes the lone zero byte that ends such a range for a key.
  @Test func `a deletion without an end may stand beside puts of keys that it deletes`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), bytes("1"))
      try await store.put(bytes("b"), bytes("1"))
      let deletion = TransactionOperation.delete(DeleteRequest(.from(bytes("a"))))
      let put = TransactionOperation.put(PutRequest(bytes("b"), bytes("2")))
      let again = try await store.transaction(TransactionRequest(then: [deletion, put]))
      #expect(again.responses == [.delete(DeleteResponse(revision: 4, deletedCount: 2)), .put(PutResponse(revision: 4))])
      #expect(try store.read { try $0.get(bytes("b")) }?.version == 1)
      let events = try store.events(in: .key(bytes("b")), after: 3).events
      #expect(events.map(\.kind) == [.delete, .put])
      #expect(events.map(\.keyValue.createRevision) == [0, 4])
      let gone = try await store.transaction(TransactionRequest(then: [put, deletion]))
      #expect(gone.responses == [.put(PutResponse(revision: 5)), .delete(DeleteResponse(revision: 5, deletedCount: 1))])
      #expect(try store.range(RangeRequest(RangeQuery(.all))).count == 0)
      #expect(try store.range(RangeRequest(RangeQuery(.all), revision: 4)).keyValues.map(\.version) == [1])
    }
  }

  @Test func `a deletion with an end is refused beside a put of a key that it deletes`() async throws {
    try await withStore { (store) async throws in
      let deletion = TransactionOperation.delete(DeleteRequest(KeyRange(from: bytes("a"), upTo: bytes("c"))))
      let put = TransactionOperation.put(PutRequest(bytes("b"), bytes("2")))
      for operations in [[deletion, put], [put, deletion]] {
        let error = await #expect(throws: StoreError.self) { _ = try await store.transaction(TransactionRequest(then: operations)) }
        #expect(error?.etcdStatus == .duplicateKey)
      }
    }
  }
}
