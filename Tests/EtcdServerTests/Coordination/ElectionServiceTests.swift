#if Network
  import EtcdAPI
  import Foundation
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// The service Election of a store and of real etcds.
  @Suite(.serialized) struct ElectionServiceTests {
    private static let path = "/v3electionpb.Election/"

    private static func campaign(_ lease: Int64, _ value: String) -> EtcdCampaignRequest {
      .with {
        $0.name = Data("e".utf8)
        $0.lease = lease
        $0.value = Data(value.utf8)
      }
    }

    private static func proclaim(_ leader: EtcdLeaderKey, _ value: String) -> EtcdProclaimRequest {
      .with {
        $0.leader = leader
        $0.value = Data(value.utf8)
      }
    }

    private static let name = EtcdLeaderRequest.with { $0.name = Data("e".utf8) }

    /// What is observed, one after the other.
    private struct Observer {
      let call: GRPCTestConnection.Call
      private var events: AsyncStream<GRPCTestConnection.Event>.AsyncIterator

      init(_ connection: GRPCTestConnection) async throws {
        call = try await connection.open(ElectionServiceTests.path + "Observe")
        try await call.send(ElectionServiceTests.name.serializedBytes(), isLast: true)
        events = call.events.makeAsyncIterator()
      }

      /// The key and value of the next leader, or of the next that it says.
      mutating func next() async throws -> String {
        guard case .message(let bytes)? = await events.next(isolation: #isolation) else { return "the end" }
        let response = try EtcdLeaderResponse(serializedBytes: bytes)
        return "\(String(decoding: response.kv.key, as: UTF8.self)) \(String(decoding: response.kv.value, as: UTF8.self))"
      }
    }

    @Test(arguments: TestedServer.allCases)
    func `leaders are elected in their order, proclaim, are observed and resign`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        for lease in 0x1001...0x1003 { try await connection.grant(Int64(lease)) }
        let none = try await refusal { () async throws in try await connection.ask(Self.path + "Leader", Self.name, EtcdLeaderResponse.self)
        }
        #expect(none == Refusal(2, "election: no leader"))
        // Who observes before there is a leader hears of the first.
        var observer = try await Observer(connection)
        let first: EtcdCampaignResponse = try await connection.ask(Self.path + "Campaign", Self.campaign(0x1001, "one"))
        let expected = EtcdLeaderKey.with {
          $0.name = Data("e".utf8)
          $0.key = Data("e/1001".utf8)
          $0.rev = 2
          $0.lease = 0x1001
        }
        #expect(first.leader == expected)
        #expect(try await observer.next() == "e/1001 one")
        let leader: EtcdLeaderResponse = try await connection.ask(Self.path + "Leader", Self.name)
        #expect(leader.kv.value == Data("one".utf8) && leader.kv.lease == 0x1001 && leader.kv.createRevision == 2)

        let second = try await connection.begin(Self.path + "Campaign", Self.campaign(0x1002, "two"), EtcdCampaignResponse.self)
        try await connection.waitForKeys("e/", 2)
        let proclaimed: EtcdProclaimResponse = try await connection.ask(Self.path + "Proclaim", Self.proclaim(first.leader, "one again"))
        #expect(proclaimed.header.revision == 4)
        #expect(try await observer.next() == "e/1001 one again")
        #expect(second.isWaiting)
        // Campaigning once more under the same lease says something new and keeps the place.
        let more: EtcdCampaignResponse = try await connection.ask(Self.path + "Campaign", Self.campaign(0x1001, "one more"))
        #expect(more.leader == expected)
        #expect(try await observer.next() == "e/1001 one more")

        let resigned: EtcdResignResponse = try await connection.ask(Self.path + "Resign", EtcdResignRequest.with { $0.leader = expected })
        #expect(resigned.header.revision == 6)
        let next = try await second.answer
        #expect(next.leader.key == Data("e/1002".utf8) && next.leader.rev == 3)
        #expect(try await observer.next() == "e/1002 two")
        // The end of its lease ends a leader too.
        let third = try await connection.begin(Self.path + "Campaign", Self.campaign(0x1003, "three"), EtcdCampaignResponse.self)
        try await connection.waitForKeys("e/", 2)
        try await connection.revoke(0x1002)
        #expect(try await third.answer.leader.key == Data("e/1003".utf8))
        #expect(try await observer.next() == "e/1003 three")
        var late = try await Observer(connection)
        #expect(try await late.next() == "e/1003 three")
        for call in [late.call, observer.call] { try await call.cancel() }
      }
    }

    @Test(arguments: TestedServer.allCases)
    func `who does not lead can neither proclaim nor resign`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        for lease in 0x1001...0x1002 { try await connection.grant(Int64(lease)) }
        let first: EtcdCampaignResponse = try await connection.ask(Self.path + "Campaign", Self.campaign(0x1001, "one"))
        let second = try await connection.begin(Self.path + "Campaign", Self.campaign(0x1002, "two"), EtcdCampaignResponse.self)
        try await connection.waitForKeys("e/", 2)
        // Who does not campaign any more is not elected.
        try await second.cancel()
        try await connection.waitForKeys("e/", 1)
        var stranger = first.leader
        stranger.rev += 1
        let other = stranger
        let refused = try await refusal { () async throws in
          try await connection.ask(Self.path + "Proclaim", Self.proclaim(other, "x"), EtcdProclaimResponse.self)
        }
        #expect(refused == Refusal(2, "election: not leader"))
        // It has nothing to give up, which is no failure.
        _ = try await connection.ask(Self.path + "Resign", EtcdResignRequest.with { $0.leader = other }, EtcdResignResponse.self)
        #expect(try await connection.keys("e/") == ["e/1001"])
        let missing = Refusal(2, "\"leader\" field must be provided")
        let proclaimed = try await refusal { () async throws in
          try await connection.ask(Self.path + "Proclaim", EtcdProclaimRequest(), EtcdProclaimResponse.self)
        }
        #expect(proclaimed == missing)
        let resigned = try await refusal { () async throws in
          try await connection.ask(Self.path + "Resign", EtcdResignRequest(), EtcdResignResponse.self)
        }
        #expect(resigned == missing)
        let unknown = try await refusal { () async throws in
          try await connection.ask(Self.path + "Campaign", Self.campaign(0x9999, "x"), EtcdCampaignResponse.self)
        }
        #expect(unknown == Refusal(2, "etcdserver: requested lease not found"))
      }
    }
  }
#endif
