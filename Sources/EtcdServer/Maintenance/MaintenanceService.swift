#if Network
  internal import CoreMetrics
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  /// etcd's service Maintenance, but for snapshots.
  struct MaintenanceService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      table.await("/etcdserverpb.Maintenance/Status") { (_: EtcdStatusRequest) in try status() }
      table.await("/etcdserverpb.Maintenance/Alarm") { (request: EtcdAlarmRequest) in
        try await AlarmAnswers(core: core).answer(request)
      }
      table.await("/etcdserverpb.Maintenance/Defragment") { (_: EtcdDefragmentRequest) in
        core.metrics.defragmentations.increment()
        defer { core.metrics.defragmentations.decrement() }
        _ = try await core.metrics.defragmentationTime.measure { try await core.store.rewrite() }
        // etcd sends no header here.
        return EtcdDefragmentResponse()
      }
      table.await("/etcdserverpb.Maintenance/Hash") { (_: EtcdHashRequest) in
        let statistics = try await core.metrics.hashTime.measure { try core.store.statistics() }
        return EtcdHashResponse.with {
          $0.header = core.header(statistics.revision)
          $0.hash = statistics.stateHash.folded
        }
      }
      table.await("/etcdserverpb.Maintenance/HashKV") { (request: EtcdHashKVRequest) in
        try await core.metrics.hashAtRevisionTime.measure { try hash(request) }
      }
      table.answer("/etcdserverpb.Maintenance/MoveLeader") { (request: EtcdMoveLeaderRequest) in
        // The only member leads already; there is no other.
        guard request.targetID == core.identity.member else { throw GRPCStatus.badLeaderTransferee }
        return EtcdMoveLeaderResponse()
      }
      table.answer("/etcdserverpb.Maintenance/Downgrade") { (request: EtcdDowngradeRequest) in try downgrade(request) }
    }

    private func status() throws -> EtcdStatusResponse {
      let statistics = try core.store.statistics()
      return .with {
        $0.header = core.header(statistics.revision)
        $0.version = EtcdServer.etcdVersion
        $0.dbSize = Int64(statistics.fileBytes)
        $0.dbSizeInUse = Int64(statistics.usedBytes)
        $0.dbSizeQuota = Int64(statistics.quotaBytes ?? 0)
        $0.leader = core.identity.member
        // There is no log of raft: what was applied is what was committed.
        $0.raftIndex = UInt64(statistics.revision.rawValue)
        $0.raftAppliedIndex = UInt64(statistics.revision.rawValue)
        $0.raftTerm = ServerIdentity.term
        $0.storageVersion = "3.6.0"
        $0.downgradeInfo = .init()
        $0.errors = statistics.alarms.map { "memberID:\(core.member(of: $0)) alarm:\($0.kind.rawValue) " }
      }
    }

    /// Any function of the contents serves: members of a cluster compare their answers, and this one has no other.
    private func hash(_ request: EtcdHashKVRequest) throws -> EtcdHashKVResponse {
      let statistics = try core.store.statistics()
      let isNewest = request.revision == 0 || request.revision == statistics.revision.rawValue
      let hash = isNewest ? statistics.stateHash : try core.store.stateHash(at: Revision(request.revision))
      return .with {
        $0.header = core.header(statistics.revision)
        $0.hash = hash.folded
        // etcd's word for "never".
        $0.compactRevision = statistics.compactRevision == .zero ? -1 : statistics.compactRevision.rawValue
        $0.hashRevision = isNewest ? statistics.revision.rawValue : request.revision
      }
    }

    /// A store has one format; what etcd would say of versions that it cannot go back to is said of all.
    private func downgrade(_ request: EtcdDowngradeRequest) throws -> EtcdDowngradeResponse {
      switch request.action {
      case .validate, .enable:
        let parts = request.version.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ UInt($0) != nil }) else { throw GRPCStatus.wrongDowngradeVersion }
        throw GRPCStatus.invalidDowngradeVersion
      case .cancel: throw GRPCStatus.noInflightDowngrade
      case .UNRECOGNIZED: throw GRPCStatus(.unknown, "etcdserver: unknown method")
      }
    }
  }
#endif
