/// What etcd's clients are told of a failure: a gRPC status number and a text that they compare byte by byte.
///
/// The texts are wire format (etcd, `api/v3rpc/rpctypes/error.go`); the sentences for people are in `StoreError`.
public enum EtcdStatus: String, CaseIterable, Hashable, Sendable {
  case keyNotProvided = "etcdserver: key is not provided"
  case keyNotFound = "etcdserver: key not found"
  case valueProvided = "etcdserver: value is provided"
  case leaseProvided = "etcdserver: lease is provided"
  case tooManyOperations = "etcdserver: too many operations in txn request"
  case duplicateKey = "etcdserver: duplicate key given in txn request"
  case invalidSortOption = "etcdserver: invalid sort option"
  case requestTooLarge = "etcdserver: request is too large"
  case compacted = "etcdserver: mvcc: required revision has been compacted"
  case futureRevision = "etcdserver: mvcc: required revision is a future revision"
  case leaseTTLTooLarge = "etcdserver: too large lease TTL"
  case noSpace = "etcdserver: mvcc: database space exceeded"
  case leaseNotFound = "etcdserver: requested lease not found"
  case leaseExists = "etcdserver: lease already exists"
  case permissionDenied = "etcdserver: permission denied"
  case corrupt = "etcdserver: corrupt cluster"
  case stopped = "etcdserver: server stopped"
  case requestTimedOut = "etcdserver: request timed out"

  /// The text, as clients compare it.
  public var text: String { rawValue }

  /// The gRPC status number (grpc, `doc/statuscodes.md`).
  public var code: Int {
    switch self {
    case .keyNotProvided, .keyNotFound, .valueProvided, .leaseProvided, .tooManyOperations, .duplicateKey, .invalidSortOption,
      .requestTooLarge:
      3  // INVALID_ARGUMENT
    case .leaseNotFound: 5  // NOT_FOUND
    case .permissionDenied: 7  // PERMISSION_DENIED
    case .noSpace: 8  // RESOURCE_EXHAUSTED
    case .leaseExists: 9  // FAILED_PRECONDITION
    case .compacted, .futureRevision, .leaseTTLTooLarge: 11  // OUT_OF_RANGE
    case .stopped, .requestTimedOut: 14  // UNAVAILABLE
    case .corrupt: 15  // DATA_LOSS
    }
  }
}

extension StoreError.Code {
  /// What a failure of this kind is to an etcd client, unless the error says otherwise; nil where etcd has no such failure.
  var etcdStatus: EtcdStatus? {
    switch kind {
    case .closed: .stopped
    case .compacted: .compacted
    case .corrupt: .corrupt
    case .futureRevision: .futureRevision
    case .noSpace: .noSpace
    case .permissionDenied: .permissionDenied
    case .tooLarge: .requestTooLarge
    case .unknownOutcome: .requestTimedOut
    case .alreadyExists, .ambiguous, .conflict, .digestMismatch, .inUse, .inputOutput, .invalidArgument, .newerFormat, .notAStore,
      .notFound, .protected, .unavailable, .unsupported:
      nil
    }
  }
}
