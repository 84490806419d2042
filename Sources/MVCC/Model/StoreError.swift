/// What went wrong in a store, in one sentence that says what to do about it.
public struct StoreError: Error, Sendable {
  /// What kind of failure it is; branch on this, not on the sentence.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    public var description: String { kind.rawValue }
  }

  /// What kind of failure it is.
  public let code: Code

  /// What failed, on what, the limit or state, and the remedy: lower case, no full stop, never a secret.
  public let message: String

  /// The failure underneath, if there was one.
  public let cause: (any Error)?

  /// What an etcd client is told of it; nil where etcd has no such failure.
  public let etcdStatus: EtcdStatus?

  /// With code `compacted`: the oldest revision that can still be read or watched.
  public let compactRevision: Revision?

  /// Where the error was made, for reports to the project.
  public let location: SourceLocation

  /// A place in the source.
  public struct SourceLocation: Sendable {
    /// Module and file.
    public let file: String

    /// Line in the file, from 1.
    public let line: Int
  }

  /// An error with that code and sentence.
  public init(
    _ code: Code, _ message: String, etcdStatus: EtcdStatus? = nil, compactRevision: Revision? = nil, cause: (any Error)? = nil,
    file: String = #fileID, line: Int = #line
  ) {
    self.code = code
    self.message = message
    self.etcdStatus = etcdStatus ?? code.etcdStatus
    self.compactRevision = compactRevision
    self.cause = cause
    location = SourceLocation(file: file, line: line)
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String { message }
}

extension StoreError.Code {
  /// Every code there is; one switch over it gives each its exit status, another its gRPC status.
  package enum Kind: String, CaseIterable, Sendable {
    case alreadyExists = "already exists"
    case ambiguous
    case closed
    case compacted
    case conflict
    case corrupt
    case digestMismatch = "digest mismatch"
    case futureRevision = "future revision"
    case inUse = "in use"
    case inputOutput = "input/output"
    case invalidArgument = "invalid argument"
    case newerFormat = "newer format"
    case noSpace = "no space"
    case notAStore = "not a store"
    case notFound = "not found"
    case permissionDenied = "permission denied"
    case protected
    case tooLarge = "too large"
    case unavailable
    case unknownOutcome = "unknown outcome"
    case unsupported
  }

  /// The name is taken.
  public static let alreadyExists = Self(.alreadyExists)
  /// Several objects fit where one was meant.
  public static let ambiguous = Self(.ambiguous)
  /// The store was closed.
  public static let closed = Self(.closed)
  /// The revision is older than the oldest readable one.
  public static let compacted = Self(.compacted)
  /// The state is not the one the caller relied on.
  public static let conflict = Self(.conflict)
  /// Stored bytes fail their checksum or break an invariant.
  public static let corrupt = Self(.corrupt)
  /// Content does not hash to its digest.
  public static let digestMismatch = Self(.digestMismatch)
  /// The revision or time is not there yet.
  public static let futureRevision = Self(.futureRevision)
  /// Another process, or this one, has it open.
  public static let inUse = Self(.inUse)
  /// The operating system could not read or write.
  public static let inputOutput = Self(.inputOutput)
  /// A name, key, number or combination that is not allowed.
  public static let invalidArgument = Self(.invalidArgument)
  /// Written by a later version of the software.
  public static let newerFormat = Self(.newerFormat)
  /// The disk, the map or the quota is full.
  public static let noSpace = Self(.noSpace)
  /// There is no store there.
  public static let notAStore = Self(.notAStore)
  /// The object does not exist.
  public static let notFound = Self(.notFound)
  /// The file system or the access rules refuse.
  public static let permissionDenied = Self(.permissionDenied)
  /// A hold or an immutability rule refuses.
  public static let protected = Self(.protected)
  /// Beyond a limit on size or count.
  public static let tooLarge = Self(.tooLarge)
  /// Cannot be had now; trying again later can help.
  public static let unavailable = Self(.unavailable)
  /// The commit failed in a way that leaves its outcome open; read before trying again.
  public static let unknownOutcome = Self(.unknownOutcome)
  /// Not possible in this build or on this system.
  public static let unsupported = Self(.unsupported)
}
