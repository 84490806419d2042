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
  private static func code(of status: LMDBStatus) -> Code { .inputOutput }
}
