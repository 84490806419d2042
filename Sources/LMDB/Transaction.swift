/// What read and write transactions have in common: lookups, written once for both.
///
/// Bytes are lent as spans that die with the closure they are given to; copy what must live longer.
public protocol Transaction: ~Copyable {
  /// LMDB's number: of the last commit that a read transaction sees, of the commit that a write transaction will be.
  ///
  /// Counts commits of this file only: a compacting copy starts again at 1.
  var id: Int { get }

  /// The handle of a table that was named when the environment was opened.
  ///
  /// - Throws: `.notFound`.
  borrowing func table(_ name: String) throws(LMDBError) -> Table

  /// Calls `body` with the value of `key`, or returns nil when there is none.
  ///
  /// - Throws: ``LMDBError``; `.badValueSize` for an empty key; what `body` throws.
  /// - Complexity: one descent of the tree.
  borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R?

  /// Calls `body` with a cursor that is before the first row.
  borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R

  /// The number of rows.
  ///
  /// - Complexity: one descent of the tree of tables.
  borrowing func entryCount(of table: Table) throws(LMDBError) -> Int
}

extension Transaction where Self: ~Copyable {
  /// Whether there is a value for `key`.
  public borrowing func contains(_ key: Span<UInt8>, in table: Table) throws -> Bool {
    try withValue(for: key, in: table) { _ in true } ?? false
  }
}
