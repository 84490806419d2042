internal import CLMDB

/// A snapshot of the environment as of one commit.
///
/// While it lives no page that it can see is reused, so the file grows with every commit: keep it short. It may be moved to another thread
/// but not used on two at once. It ends when it goes out of scope.
public struct ReadTransaction: ~Copyable, Transaction {
  /// The environment that it reads.
  public let environment: Environment
  public let id: Int
  @usableFromInline let pointer: TransactionPointer

  init(_ pointer: TransactionPointer, of environment: Environment) {
    self.pointer = pointer
    self.environment = environment
    id = pointer.id
  }

  deinit { environment.endRead(pointer) }

  public borrowing func table(_ name: String) throws(LMDBError) -> Table { try environment.table(name) }

  @inlinable
  public borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R? {
    try pointer.withValue(for: key, in: table, of: environment, body)
  }

  @inlinable
  public borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R {
    try pointer.withCursor(on: table, of: environment, deletion: nil, body)
  }

  public borrowing func entryCount(of table: Table) throws(LMDBError) -> Int {
    try pointer.statistics(of: table, of: environment).ms_entries
  }
}
