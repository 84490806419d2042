#if Network
  internal import CoreMetrics
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// etcd's service Lease.
  struct LeaseService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      table.await("/etcdserverpb.Lease/LeaseGrant") { (request: EtcdLeaseGrantRequest) in
        let lease = try await core.store.grantLease(seconds: request.ttl, id: request.id)
        core.metrics.leasesGranted.increment()
        core.metrics.leaseSeconds.record(lease.grantedSeconds)
        return try EtcdLeaseGrantResponse.with {
          $0.header = try core.header()
          $0.id = lease.id
          $0.ttl = lease.grantedSeconds
        }
      }
      table.await("/etcdserverpb.Lease/LeaseRevoke") { (request: EtcdLeaseRevokeRequest) in
        let revision = try await core.store.revokeLease(request.id)
        core.metrics.leasesRevoked.increment()
        return EtcdLeaseRevokeResponse.with { $0.header = core.header(revision) }
      }
      table.await("/etcdserverpb.Lease/LeaseTimeToLive") { (request: EtcdLeaseTimeToLiveRequest) in try timeToLive(request) }
      table.await("/etcdserverpb.Lease/LeaseLeases") { (_: EtcdLeaseLeasesRequest) in
        let leases = try core.store.leases()
        return try EtcdLeaseLeasesResponse.with {
          $0.header = try core.header()
          $0.leases = leases.map { lease in .with { $0.id = lease.id } }
        }
      }
      table.stream("/etcdserverpb.Lease/LeaseKeepAlive") { call in KeepAliveSession(core, call) }
    }

    private func timeToLive(_ request: EtcdLeaseTimeToLiveRequest) throws -> EtcdLeaseTimeToLiveResponse {
      let lease = try core.store.lease(request.id)
      let keys = request.keys ? try core.store.keys(of: request.id) : []
      return try .with {
        $0.header = try core.header()
        $0.id = request.id
        // −1 says that there is no such lease.
        $0.ttl = lease?.remaining.components.seconds ?? -1
        $0.grantedTtl = lease?.grantedSeconds ?? 0
        $0.keys = keys.map { Data($0) }
      }
    }
  }
#endif
