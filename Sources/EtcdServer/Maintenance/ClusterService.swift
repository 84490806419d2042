#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  /// etcd's service Cluster: of one member, that stays alone.
  struct ClusterService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      let member = EtcdMember.with {
        $0.id = core.identity.member
        $0.name = core.configuration.name
        $0.peerUrls = ["http://localhost:2380"]
        $0.clientUrls = core.configuration.clientURLs
      }
      // etcd gives these headers no revision.
      let header = core.header(.zero)
      table.answer("/etcdserverpb.Cluster/MemberList") { (_: EtcdMemberListRequest) in
        EtcdMemberListResponse.with {
          $0.header = header
          $0.members = [member]
        }
      }
      table.answer("/etcdserverpb.Cluster/MemberAdd") { (request: EtcdMemberAddRequest) throws -> EtcdMemberAddResponse in
        try Self.check(request.peerUrls)
        throw GRPCStatus.notEnoughStartedMembers
      }
      table.answer("/etcdserverpb.Cluster/MemberRemove") { (request: EtcdMemberRemoveRequest) throws -> EtcdMemberRemoveResponse in
        throw request.id == member.id ? GRPCStatus.notEnoughStartedMembers : .memberNotFound
      }
      table.answer("/etcdserverpb.Cluster/MemberUpdate") { (request: EtcdMemberUpdateRequest) throws -> EtcdMemberUpdateResponse in
        try Self.check(request.peerUrls)
        throw request.id == member.id ? GRPCStatus.notEnoughStartedMembers : .memberNotFound
      }
      table.answer("/etcdserverpb.Cluster/MemberPromote") { (request: EtcdMemberPromoteRequest) throws -> EtcdMemberPromoteResponse in
        throw request.id == member.id ? GRPCStatus.memberNotLearner : .memberNotFound
      }
    }

    /// Addresses of peers have a scheme, a host and a port.
    private static func check(_ urls: [String]) throws {
      let isValid = urls.allSatisfy { $0.wholeMatch(of: /(https?|unixs?):\/\/[^\/:]+:\d+/) != nil }
      guard !urls.isEmpty, isValid else { throw GRPCStatus.badMemberURLs }
    }
  }
#endif
