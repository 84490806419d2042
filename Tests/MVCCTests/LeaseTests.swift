import TestSupport
import Testing

@testable import MVCC

@Suite struct LeaseTests {
  private let clocks = ManualClocks()

  /// A store whose clocks stand.
  private func withLeases(_ body: (RevisionStore) async throws -> Void) async throws {
    try await withStore(clocks.configuration, body)
  }

  // MARK: Granting

  @Test func `granting and keeping alive make no revision`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      let lease = try await store.grantLease(seconds: 10, id: 7)
      #expect(lease == Lease(id: 7, grantedSeconds: 10, remaining: .seconds(10)))
      #expect(try await store.keepLeaseAlive(7) == lease)
      #expect(try store.revision() == 1)
      #expect(try store.lease(7) == lease)
    }
  }

  @Test(arguments: [(Int64.min, Int64(2)), (-1, 2), (0, 2), (1, 2), (2, 2), (3, 3), (9_000_000_000, 9_000_000_000)])
  func `a short time to live is raised to the least`(asked: Int64, granted: Int64) async throws {
    try await withLeases { (store: RevisionStore) async throws in
      #expect(try await store.grantLease(seconds: asked).grantedSeconds == granted)
    }
  }

  @Test func `a time to live beyond the limit is refused`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      let error = await awaitedError { try await store.grantLease(seconds: 9_000_000_001) }
      #expect(error?.code == .invalidArgument && error?.etcdStatus == .leaseTTLTooLarge)
      #expect(error?.message == "a lease of 9000000001 seconds is too long; the limit is 9000000000")
      #expect(try store.leases().isEmpty)
    }
  }

  @Test func `an id of 0 has a positive one chosen and any other is taken as it is`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      #expect(try await store.grantLease(seconds: 10).id > 0)
      #expect(try await store.grantLease(seconds: 10, id: -5).id == -5)
      let error = await awaitedError { try await store.grantLease(seconds: 20, id: -5) }
      #expect(error?.code == .alreadyExists && error?.etcdStatus == .leaseExists)
      #expect(error?.message.contains("lease fffffffffffffffb exists already") == true)
      #expect(try store.lease(-5)?.grantedSeconds == 10)
      #expect(try store.leases().count == 2)
    }
  }

  @Test func `leases are listed by their deadlines`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      for (id, seconds) in [(1, 30), (2, 10), (3, 20)] { _ = try await store.grantLease(seconds: Int64(seconds), id: Int64(id)) }
      clocks.advance(by: .seconds(5))
      _ = try await store.keepLeaseAlive(2)
      #expect(try store.leases().map(\.id) == [2, 3, 1])
      #expect(try store.leases().map(\.remaining) == [.seconds(10), .seconds(15), .seconds(25)])
    }
  }

  // MARK: Attaching

  @Test func `a key belongs to the lease of its last put`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      for id in [1, 2] { _ = try await store.grantLease(seconds: 10, id: Int64(id)) }
      try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 1) }
      try await store.write { try $0.put(bytes("b"), bytes("1"), lease: 1) }
      #expect(try store.keys(of: 1) == [bytes("a"), bytes("b")])
      try await store.write { try $0.put(bytes("a"), bytes("2"), lease: 2) }
      try await store.write { try $0.put(bytes("b"), bytes("2")) }
      #expect(try store.keys(of: 1).isEmpty)
      #expect(try store.keys(of: 2) == [bytes("a")])
      try await store.write { try $0.delete(bytes("a")) }
      #expect(try store.keys(of: 2).isEmpty)
      #expect(try await store.revokeLease(1) == store.revision())
      #expect(try store.read { try $0.get(bytes("b"))?.value } == bytes("2"))
    }
  }

  @Test func `a put with a lease that does not exist changes nothing`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      let error = await awaitedError {
        try await store.write { writer in
          try writer.put(bytes("a"), bytes("1"))
          try writer.put(bytes("b"), bytes("1"), lease: 99)
        }
      }
      #expect(error?.code == .notFound && error?.etcdStatus == .leaseNotFound)
      #expect(error?.message.hasPrefix("there is no lease 0000000000000063") == true)
      #expect(try store.revision() == 1)
    }
  }

  @Test func `a transaction given as a value attaches, keeps and detaches, and knows no lease that is not there`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      _ = try await store.put(PutRequest(bytes("a"), bytes("1"), lease: 7))
      var keeps = PutRequest(bytes("a"), bytes("2"))
      keeps.keepsLease = true
      _ = try await store.put(keeps)
      #expect(try store.keys(of: 7) == [bytes("a")])
      let isLeased = Compare(bytes("a"), .equal, .lease(7))
      let response = try await store.transaction(
        TransactionRequest(if: [isLeased], then: [.put(PutRequest(bytes("a"), bytes("3"))), .put(PutRequest(bytes("b"), [], lease: 7))]))
      #expect(response.hasSucceeded)
      #expect(try store.keys(of: 7) == [bytes("b")])
      let unknown = TransactionRequest(then: [.put(PutRequest(bytes("c"), [])), .put(PutRequest(bytes("d"), [], lease: 8))])
      #expect(await awaitedError { try await store.transaction(unknown) }?.etcdStatus == .leaseNotFound)
      #expect(try store.revision() == 4)
    }
  }

  @Test func `the keys of one lease are told from those of its neighbours`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      let ids: [Int64] = [Int64.min, -1, 1, 255, 256, Int64.max]
      for id in ids {
        _ = try await store.grantLease(seconds: 10, id: id)
        try await store.write { try $0.put(bytes("k\(id)"), [], lease: id) }
      }
      for id in ids { #expect(try store.keys(of: id) == [bytes("k\(id)")]) }
      try await store.revokeLease(255)
      #expect(try store.read { try $0.count(.all) } == 5)
    }
  }

  // MARK: Ending

  @Test func `revoking deletes the keys in order, in one revision`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      for key in ["c", "a", "b"] { try await store.write { try $0.put(bytes(key), bytes("1"), lease: 7) } }
      try await store.write { try $0.put(bytes("other"), bytes("1")) }
      let revision = try await store.revokeLease(7)
      #expect(revision == 6)
      let events = try store.events(in: .all, after: 5).events
      #expect(events.map(\.keyValue.keyText) == ["a", "b", "c"])
      #expect(events.allSatisfy { $0.kind == .delete && $0.keyValue.modRevision == 6 })
      #expect(try store.lease(7) == nil)
      #expect(await awaitedError { try await store.revokeLease(7) }?.code == .notFound)
      #expect(try store.read { try $0.count(.all) } == 1)
    }
  }

  @Test func `revoking a lease without keys makes no revision`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      #expect(try await store.revokeLease(7) == 1)
      #expect(try store.leases().isEmpty)
    }
  }

  @Test func `a lease ends one millisecond after its last and not before`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 7) }
      clocks.advance(by: .seconds(10))
      #expect(try await store.expireLeases() == 0)
      #expect(try store.lease(7)?.remaining == .zero)
      #expect(try store.read { try $0.contains(bytes("a")) })
      clocks.advance(by: .milliseconds(1))
      #expect(try store.read { try $0.contains(bytes("a")) }, "until it is revoked the key can be read")
      #expect(try await store.expireLeases() == 1)
      #expect(try store.read { try !$0.contains(bytes("a")) })
      #expect(try store.revision() == 3)
    }
  }

  @Test func `keeping alive gives the whole time again, and none to a lease that has ended`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 7) }
      clocks.advance(by: .seconds(10))
      #expect(try await store.keepLeaseAlive(7)?.remaining == .seconds(10))
      clocks.advance(by: .milliseconds(10_001))
      #expect(try await store.keepLeaseAlive(7) == nil)
      #expect(try store.revision() == 3, "its keys are gone with the answer")
      #expect(try store.lease(7) == nil)
      #expect(try await store.keepLeaseAlive(8) == nil)
    }
  }

  @Test func `leases that end together each get a revision, the longest ended first`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      for id in 1...4 {
        _ = try await store.grantLease(seconds: Int64(20 - id), id: Int64(id))
        if id != 3 { try await store.write { try $0.put(bytes("k\(id)"), bytes("1"), lease: Int64(id)) } }
      }
      clocks.advance(by: .seconds(60))
      #expect(try await store.expireLeases() == 4)
      let events = try store.events(in: .all, after: 4).events
      #expect(events.map { "\($0.keyValue.keyText) \($0.keyValue.modRevision)" } == ["k4 5", "k2 6", "k1 7"])
    }
  }

  @Test func `more leases than one batch takes all end in one go`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      let count = Batch.maximumExpiredLeases + 20
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 1...count { group.addTask { _ = try await store.grantLease(seconds: 10, id: Int64(id)) } }
        try await group.waitForAll()
      }
      clocks.advance(by: .seconds(11))
      #expect(try await store.expireLeases() == count)
      #expect(try store.leases().isEmpty)
      #expect(try store.revision() == 1)
    }
  }

  @Test func `a thousand keys go in one revision`() async throws {
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      try await store.write { writer in for number in 0..<1000 { try writer.put(bytes("k\(number)"), bytes("1"), lease: 7) } }
      clocks.advance(by: .seconds(11))
      #expect(try await store.expireLeases() == 1)
      #expect(try store.revision() == 3)
      #expect(try store.events(in: .all, after: 2).events.count == 1000)
    }
  }

  @Test func `a lease can have more keys than a write may change and than two bytes count`() async throws {
    let directory = try TemporaryDirectory()
    let count = 70_000
    try await withLeases { (store: RevisionStore) async throws in
      _ = try await store.grantLease(seconds: 10, id: 7)
      for start in stride(from: 0, to: count, by: 10_000) {
        try await store.write { writer in for number in start..<start + 10_000 { try writer.put(bytes("k\(number)"), [], lease: 7) } }
      }
      let before = try store.revision()
      #expect(try await store.revokeLease(7) == before + 1)
      #expect(try store.events(in: .all, after: before).events.count == count)
      #expect(try store.read { try $0.count(.all) } == 0)
      let summary = try await store.backup(to: directory.appending("one.backup"))
      #expect(try RevisionStore.restore(from: summary.path, to: directory.appending("restored")).revision == before + 1)
      try await store.compact(to: before + 1)
    }
  }
}
