#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf
  internal import Synchronization

  /// etcd's service Cluster: of one member, that stays alone.
  struct ClusterService {
    /// Where other members would reach this one. There are none, so it is told back and no more.
    private final class PeerURLs: Sendable {
      let value = Mutex(["http://localhost:2380"])
    }

    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      let peerURLs = PeerURLs()
      let id = core.identity.member
      @Sendable func member() -> EtcdMember {
        .with {
          $0.id = id
          $0.name = core.configuration.name
          $0.peerUrls = peerURLs.value.withLock { $0 }
          $0.clientUrls = core.clientURLs
        }
      }
      // etcd gives these headers no revision.
      let header = core.header(.zero)
      table.answer("/etcdserverpb.Cluster/MemberList") { (_: EtcdMemberListRequest) in
        EtcdMemberListResponse.with {
          $0.header = header
          $0.members = [member()]
        }
      }
      table.answer("/etcdserverpb.Cluster/MemberAdd") { (request: EtcdMemberAddRequest) throws -> EtcdMemberAddResponse in
        try Self.check(request.peerUrls)
        throw GRPCStatus.notEnoughStartedMembers
      }
      table.answer("/etcdserverpb.Cluster/MemberRemove") { (request: EtcdMemberRemoveRequest) throws -> EtcdMemberRemoveResponse in
        throw request.id == id ? GRPCStatus.notEnoughStartedMembers : .memberNotFound
      }
      table.answer("/etcdserverpb.Cluster/MemberUpdate") { (request: EtcdMemberUpdateRequest) in
        // Here etcd takes any text for an address.
        guard request.id == id else { throw GRPCStatus.memberNotFound }
        peerURLs.value.withLock { $0 = request.peerUrls }
        return EtcdMemberUpdateResponse.with {
          $0.header = header
          $0.members = [member()]
        }
      }
      table.answer("/etcdserverpb.Cluster/MemberPromote") { (request: EtcdMemberPromoteRequest) throws -> EtcdMemberPromoteResponse in
        throw request.id == id ? GRPCStatus.memberNotLearner : .memberNotFound
      }
    }

    /// Addresses of peers have a scheme, a host and a port.
    private static func check(_ urls: [String]) throws {
      let isValid = urls.allSatisfy { $0.wholeMatch(of: /(https?|unixs?):\/\/[^\/:]+:\d+/) != nil }
      guard !urls.isEmpty, isValid else { throw GRPCStatus.badMemberURLs }
    }
  }
#endif
