#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// etcd's service Election: whoever has the oldest key of a name leads, and says something by its value.
  struct ElectionService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let service = self
      let core = core
      table.coordinate("/v3electionpb.Election/Campaign") { (request: EtcdCampaignRequest, output) in
        try await service.campaign(request, output)
      }
      table.coordinate("/v3electionpb.Election/Proclaim") { (request: EtcdProclaimRequest) in
        guard request.hasLeader else { throw GRPCStatus.leaderKeyMissing }
        let key = Array(request.leader.key)
        let put = PutRequest(key, Array(request.value), lease: request.leader.lease)
        let revision = try await service.asLeader(request.leader, .put(put))
        return EtcdProclaimResponse.with { $0.header = core.header(revision) }
      }
      table.coordinate("/v3electionpb.Election/Resign") { (request: EtcdResignRequest) in
        guard request.hasLeader else { throw GRPCStatus.leaderKeyMissing }
        let deletion = TransactionOperation.delete(DeleteRequest(.key(Array(request.leader.key))))
        do {
          let revision = try await service.asLeader(request.leader, deletion)
          return EtcdResignResponse.with { $0.header = core.header(revision) }
        } catch let status as GRPCStatus where status == .electionNotLeader {
          // Whoever does not lead any more has nothing to resign from, which is no failure.
          return try EtcdResignResponse.with { $0.header = try core.header() }
        }
      }
      table.coordinate("/v3electionpb.Election/Leader") { (request: EtcdLeaderRequest) in
        let (keyValue, revision) = try Queueing(core, name: Array(request.name)).holder()
        guard let keyValue else { throw GRPCStatus.electionNoLeader }
        return service.leader(keyValue, revision)
      }
      table.coordinate("/v3electionpb.Election/Observe") { (request: EtcdLeaderRequest, output) in
        try await service.observe(Queueing(core, name: Array(request.name)), output)
      }
    }

    private func campaign(_ request: EtcdCampaignRequest, _ output: TaskCallHandler.Output) async throws {
      let queue = Queueing(core, name: Array(request.name))
      let value = Array(request.value)
      let place = try await queue.enter(lease: request.lease, value: value)
      let leader = EtcdLeaderKey.with {
        $0.name = request.name
        $0.key = Data(place.key)
        $0.rev = place.created.rawValue
        $0.lease = place.lease
      }
      do {
        if let present = place.value, present != value {
          _ = try await asLeader(leader, .put(PutRequest(place.key, value, lease: place.lease)))
        }
        let revision = try await queue.waitForTurn(place)
        let response = EtcdCampaignResponse.with {
          $0.header = core.header(revision)
          $0.leader = leader
        }
        try await output.send(GRPCMessage(response.serializedBytes()))
      } catch {
        // Whoever does not wait any more must not be elected.
        await queue.leave(place)
        throw error
      }
    }

    /// Changes something if the key is still the one that was elected; answers the revision.
    private func asLeader(_ leader: EtcdLeaderKey, _ operation: TransactionOperation) async throws -> Revision {
      let key = Array(leader.key)
      try core.protectedKeys.check(PutRequest(key, []))
      let response = try await core.store.transaction(
        TransactionRequest(if: [Compare(key, .equal, .createRevision(Revision(leader.rev)))], then: [operation]))
      guard response.hasSucceeded else { throw GRPCStatus.electionNotLeader }
      return response.revision
    }

    private func leader(_ keyValue: KeyValue, _ revision: Revision) -> EtcdLeaderResponse {
      .with {
        $0.header = core.header(revision)
        $0.kv = .with {
          $0.key = Data(keyValue.key)
          $0.value = Data(keyValue.value)
          $0.createRevision = keyValue.createRevision.rawValue
          $0.modRevision = keyValue.modRevision.rawValue
          $0.version = keyValue.version
          $0.lease = keyValue.lease
        }
      }
    }

    /// Tells who leads and what they proclaim, each time that it changes.
    private func observe(_ queue: Queueing, _ output: TaskCallHandler.Output) async throws {
      var last: Revision?
      let begin = try core.store.revision()
      func tell() async throws {
        let (keyValue, revision) = try queue.holder()
        guard let keyValue, keyValue.modRevision != last else { return }
        last = keyValue.modRevision
        try await output.send(GRPCMessage(leader(keyValue, revision).serializedBytes()))
      }
      try await tell()
      for try await batch in try core.store.watch(.prefix(queue.prefix), after: begin) where !batch.events.isEmpty { try await tell() }
    }
  }
#endif
