#if Network
  import EtcdAPI
  import Foundation
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// The service Lock of a store and of real etcds.
  @Suite(.serialized) struct LockServiceTests {
    private static let lock = "/v3lockpb.Lock/Lock"
    private static let unlock = "/v3lockpb.Lock/Unlock"

    private static func request(_ name: String, _ lease: Int64) -> EtcdLockRequest {
      .with {
        $0.name = Data(name.utf8)
        $0.lease = lease
      }
    }

    private static func request(key: String) -> EtcdUnlockRequest { .with { $0.key = Data(key.utf8) } }

    @Test(arguments: TestedServer.allCases)
    func `a lock is had by one lease at a time, in the order in which they came`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        for lease in 0x1001...0x1003 { try await connection.grant(Int64(lease)) }
        let first: EtcdLockResponse = try await connection.ask(Self.lock, Self.request("l", 0x1001))
        #expect(first.key == Data("l/1001".utf8))
        #expect(first.header.revision == 2 && first.header.clusterID != 0)
        // Whoever has it may ask for it again.
        let again: EtcdLockResponse = try await connection.ask(Self.lock, Self.request("l", 0x1001))
        #expect(again.key == first.key)
        let second = try await connection.begin(Self.lock, Self.request("l", 0x1002), EtcdLockResponse.self)
        try await connection.waitForKeys("l/", 2)
        let third = try await connection.begin(Self.lock, Self.request("l", 0x1003), EtcdLockResponse.self)
        try await connection.waitForKeys("l/", 3)
        // Another name is another lock.
        let other: EtcdLockResponse = try await connection.ask(Self.lock, Self.request("other", 0x1001))
        #expect(other.key == Data("other/1001".utf8))
        #expect(second.isWaiting && third.isWaiting)
        let unlocked: EtcdUnlockResponse = try await connection.ask(Self.unlock, Self.request(key: "l/1001"))
        #expect(unlocked.header.revision == 6)
        #expect(try await second.answer.key == Data("l/1002".utf8))
        #expect(third.isWaiting)
        #expect(try await connection.keys("l/") == ["l/1002", "l/1003"])
        // The end of its lease frees a lock as well.
        try await connection.revoke(0x1002)
        #expect(try await third.answer.key == Data("l/1003".utf8))
        #expect(try await connection.keys("l/") == ["l/1003"])
      }
    }

    @Test func `a lock is free when the time of its lease is over`() async throws {
      // All at once, since each takes seconds.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for server in TestedServer.allCases where server.isExpected {
          group.addTask { try await server.run { (connection) async throws in try await Self.waitForEndOfLease(connection) } }
        }
        try await group.waitForAll()
      }
    }

    private static func waitForEndOfLease(_ connection: GRPCTestConnection) async throws {
      try await connection.grant(0x1001, seconds: 2)
      try await connection.grant(0x1002)
      _ = try await connection.ask(lock, request("l", 0x1001), EtcdLockResponse.self)
      let second: EtcdLockResponse = try await connection.ask(lock, request("l", 0x1002))
      #expect(second.key == Data("l/1002".utf8))
      #expect(try await connection.keys("l/") == ["l/1002"])
    }

    @Test(arguments: TestedServer.allCases)
    func `who does not wait for a lock any more does not get it`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        for lease in 0x1001...0x1003 { try await connection.grant(Int64(lease)) }
        _ = try await connection.ask(Self.lock, Self.request("l", 0x1001), EtcdLockResponse.self)
        let second = try await connection.begin(Self.lock, Self.request("l", 0x1002), EtcdLockResponse.self)
        try await connection.waitForKeys("l/", 2)
        try await second.cancel()
        try await connection.waitForKeys("l/", 1)
        // Nor does one whose own lease ended meanwhile.
        let third = try await connection.begin(Self.lock, Self.request("l", 0x1003), EtcdLockResponse.self)
        try await connection.waitForKeys("l/", 2)
        try await connection.revoke(0x1003)
        _ = try await connection.ask(Self.unlock, Self.request(key: "l/1001"), EtcdUnlockResponse.self)
        let refused = try await refusal { () async throws in try await third.answer }
        // etcd 3.4 says that it has the lock, although its key is gone.
        #expect(refused == (server == .debian ? nil : Refusal(2, "mutex: session is expired")))
        #expect(try await connection.keys("l/") == [])
      }
    }

    @Test(arguments: TestedServer.allCases)
    func `locks without a lease, a name or a key are answered as by etcd`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        // Without a lease it is given one of 60 seconds.
        let given: EtcdLockResponse = try await connection.ask(Self.lock, Self.request("l", 0))
        let key = String(decoding: given.key, as: UTF8.self)
        let lease = try #require(key.hasPrefix("l/") ? Int64(key.dropFirst(2), radix: 16) : nil)
        let life: EtcdLeaseTimeToLiveResponse = try await connection.ask(
          "/etcdserverpb.Lease/LeaseTimeToLive", EtcdLeaseTimeToLiveRequest.with { $0.id = lease })
        #expect(life.grantedTtl == 60)
        let unknown = try await refusal { () async throws in
          try await connection.ask(Self.lock, Self.request("x", 0x9999), EtcdLockResponse.self)
        }
        #expect(unknown == Refusal(2, "etcdserver: requested lease not found"))
        try await connection.grant(0x1001)
        let nameless: EtcdLockResponse = try await connection.ask(Self.lock, Self.request("", 0x1001))
        #expect(nameless.key == Data("/1001".utf8))
        // What is not locked is unlocked without complaint.
        _ = try await connection.ask(Self.unlock, Self.request(key: "nothing"), EtcdUnlockResponse.self)
        let keyless = try await refusal { () async throws in
          try await connection.ask(Self.unlock, Self.request(key: ""), EtcdUnlockResponse.self)
        }
        #expect(keyless == Refusal(2, "etcdserver: key is not provided"))
      }
    }
  }
#endif
