internal import LMDB

extension StoreError {
  /// Runs `body` and gives LMDB's failures the store's codes.
  static func translating<R>(_ path: String, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as LMDBError {
      throw StoreError(error, path: path)
    }
  }

  init(_ error: LMDBError, path: String) {
    self.init(Self.code(of: error.status), error.message, cause: error)
  }
}

extension StoreError {
  private static func code(of status: LMDBStatus) -> Code {
    switch status {
    case .closed: .closed
    case .alreadyOpen: .inUse
    case .exists: .alreadyExists
    case .noSuchFile: .notFound
    case .invalid, .incompatible, .notFound: .notAStore
    case .versionMismatch: .newerFormat
    case .corrupted, .pageNotFound, .truncated: .corrupt
    case .panic: .unknownOutcome
    case .mapFull, .noSpace: .noSpace
    case .transactionFull, .badValueSize: .tooLarge
    case .permissionDenied, .readOnlyFileSystem: .permissionDenied
    case .invalidArgument: .invalidArgument
    case .unsuitableFileSystem: .unsupported
    case .readersFull, .mapResized, .processNamespaceClash, .timedOut, .outOfMemory: .unavailable
    default: .inputOutput
    }
  }
}
