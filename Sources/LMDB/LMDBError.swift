#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What failed, on what, and what to do about it.
public struct LMDBError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The code to branch on.
  public let status: LMDBStatus
  /// What was being done, as a verb and its object: "begin a read transaction".
  public let operation: String
  /// The environment's directory or the file in question; nil when none is known.
  public let path: String?
  /// The limit or state that the status alone does not tell; nil when there is nothing to add.
  public let detail: String?

  public init(_ status: LMDBStatus, _ operation: String, path: String? = nil, detail: String? = nil) {
    self.status = status
    self.operation = operation
    self.path = path
    self.detail = detail
  }

  /// One sentence: what failed, on what, the state, and the remedy.
  public var message: String {
    var text = "cannot \(operation)"
    if let path { text += " at \(path)" }
    text += ": \(detail ?? status.description)"
    if let remedy { text += "; \(remedy)" }
    return text
  }

  public var description: String { message }

  /// What the caller can do; nil when the status says it all.
  private var remedy: String? {
    switch status {
    case .pageNotFound, .corrupted, .truncated: "restore the store from a backup"
    case .panic: "close the environment and open it again, then read what was committed"
    case .versionMismatch: "open it with the version of LMDB that wrote it"
    case .mapFull: "grow the map"
    case .readersFull: "end read transactions or open with more reader slots"
    case .transactionFull: "split the transaction"
    case .badTransaction: "abort it and begin again"
    case .mapResized: "end this process's other transactions and try again"
    case .badValueSize: "keys are 1 to 511 bytes and values at most 4294967295"
    case .closed, .alreadyOpen: "share the one open environment, or close it first"
    case .wrongThread: "begin, use and commit a write transaction on one thread, one at a time"
    case .unsuitableFileSystem: "use a local file system"
    case .processNamespaceClash: "share the PID namespace among the processes that use the store"
    case .forked: "open it after fork"
    case .timedOut: "end long transactions and try again"
    case .inputOutputError: "stop writing, check the device, and open the environment again to see what was committed"
    case .noSpace: "free space on the device"
    default: nil
    }
  }
}

extension LMDBError {
  /// The error in `errno` of the call that has just failed.
  static func last(_ operation: String, path: String? = nil) -> LMDBError {
    LMDBError(LMDBStatus(rawValue: errno), operation, path: path)
  }
}

/// Throws unless `code`, a return value of LMDB, is success.
func check(_ code: Int32, _ operation: @autoclosure () -> String, path: @autoclosure () -> String? = nil) throws(LMDBError) {
  if code != 0 { throw LMDBError(LMDBStatus(rawValue: code), operation(), path: path()) }
}
