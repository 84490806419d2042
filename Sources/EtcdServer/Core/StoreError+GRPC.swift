#if Network
  internal import GRPCTransport
  internal import MVCC

  extension GRPCStatus {
    /// What an etcd client is told of an error: etcd's own words where it has such a failure, which clients compare byte by byte.
    init(_ error: any Error) {
      switch error {
      case let status as GRPCStatus: self = status
      case let error as StoreError: self.init(error)
      case is CancellationError: self.init(.cancelled, "context canceled")
      default: self.init(.unknown, "\(error)")
      }
    }

    private init(_ error: StoreError) {
      if let status = error.etcdStatus, let code = Code(rawValue: status.code) {
        self.init(code, status.text)
      } else {
        self.init(Self.code(error.code), "etcdserver: \(error.message)")
      }
    }

    /// The nearest of gRPC's codes for failures that etcd does not have.
    private static func code(_ code: StoreError.Code) -> Code {
      switch code {
      case .invalidArgument, .ambiguous: .invalidArgument
      case .notFound: .notFound
      case .protected, .permissionDenied: .permissionDenied
      case .conflict, .alreadyExists: .failedPrecondition
      case .unavailable, .inUse, .closed: .unavailable
      case .unsupported: .unimplemented
      case .inputOutput: .internal
      default: .unknown
      }
    }

    // MARK: etcd's words for what only a server can say

    static let memberNotFound = GRPCStatus(.notFound, "etcdserver: member not found")
    // Its code is FailedPrecondition in etcd's table, but a slip there sends Unknown (observed on 3.4 and 3.5).
    static let notEnoughStartedMembers = GRPCStatus(
      .unknown, "etcdserver: re-configuration failed due to not enough started members")
    static let memberNotLearner = GRPCStatus(.failedPrecondition, "etcdserver: can only promote a learner member")
    static let badLeaderTransferee = GRPCStatus(.failedPrecondition, "etcdserver: bad leader transferee")
    static let authNotEnabled = GRPCStatus(.failedPrecondition, "etcdserver: authentication is not enabled")
    static let rootUserNotExist = GRPCStatus(.failedPrecondition, "etcdserver: root user does not exist")
    static let userNotFound = GRPCStatus(.failedPrecondition, "etcdserver: user name not found")
    static let userEmpty = GRPCStatus(.invalidArgument, "etcdserver: user name is empty")
    static let roleNotFound = GRPCStatus(.failedPrecondition, "etcdserver: role name not found")
    static let roleEmpty = GRPCStatus(.invalidArgument, "etcdserver: role name is empty")
    static let noInflightDowngrade = GRPCStatus(.failedPrecondition, "etcdserver: no inflight downgrade job")
    static let invalidDowngradeVersion = GRPCStatus(.invalidArgument, "etcdserver: invalid downgrade target version")
    static let wrongDowngradeVersion = GRPCStatus(.invalidArgument, "etcdserver: wrong downgrade target version format")
    static let badMemberURLs = GRPCStatus(.invalidArgument, "etcdserver: given member URLs are invalid")
    static let usersNotKept = GRPCStatus(.unimplemented, "etcdserver: users and roles are not kept by this server yet")
    static let electionNotLeader = GRPCStatus(.unknown, "election: not leader")
    static let electionNoLeader = GRPCStatus(.unknown, "election: no leader")
    static let leaderKeyMissing = GRPCStatus(.unknown, "\"leader\" field must be provided")
    static let sessionExpired = GRPCStatus(.unknown, "mutex: session is expired")
    static let serverStopped = GRPCStatus(.unavailable, "etcdserver: server stopped")
  }
#endif
