internal import CLMDB

/// Changes that become visible, and durable, together.
///
/// It holds the one write lock of the environment, across processes, and belongs to the thread that began it: LMDB's lock can only be
/// given back by that thread. Going out of scope without ``commit()`` undoes everything.
///
/// After `.mapFull`, `.transactionFull` or `.outOfMemory` it can only be dropped.
public struct WriteTransaction: ~Copyable, Transaction {
  /// The environment that it writes.
  public let environment: Environment
  public let id: Int
  // Nil once committed.
  @usableFromInline var pointer: TransactionPointer?
  private let thread: ThreadIdentity
  /// What was changed, for the write-ahead log.
  @usableFromInline let record: CommitRecord?

  init(_ pointer: TransactionPointer, of environment: Environment, on thread: ThreadIdentity) {
    self.pointer = pointer
    self.environment = environment
    self.thread = thread
    record = environment.log == nil ? nil : CommitRecord()
    id = pointer.id
  }

  deinit {
    if let pointer { environment.abortWrite(pointer, begunOn: thread) }
  }

  /// Makes the changes visible to every transaction that begins later, and durable as the environment's options say.
  ///
  /// - Throws: `.wrongThread` on another thread than the one that began it, in which case the write lock is lost to this process;
  ///   `.noSpace`; `.inputOutputError`, after which the commit's outcome is known only once the environment has been opened again.
  ///   Nothing is committed when it throws any other status.
  public consuming func commit() throws(LMDBError) {
    guard let pointer else { return }
    self.pointer = nil
    try environment.commitWrite(pointer, record, begunOn: thread)
  }

  public borrowing func table(_ name: String) throws(LMDBError) -> Table { try environment.table(name) }

  @inlinable
  public borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R? {
    try live.withValue(for: key, in: table, of: environment, body)
  }

  @inlinable
  public borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R {
    try live.withCursor(on: table, of: environment, deletion: nil, body)
  }

  /// Calls `body` with a cursor that can delete the row it is on.
  ///
  /// Exclusive, unlike ``withCursor(on:_:)``: a deletion moves bytes that other lookups may have lent.
  @inlinable
  public mutating func withMutableCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R {
    try live.withCursor(on: table, of: environment, deletion: CursorDeletion(record, table), body)
  }

  public borrowing func entryCount(of table: Table) throws(LMDBError) -> Int {
    try live.statistics(of: table, of: environment).ms_entries
  }

  /// Present until commit() consumes the transaction.
  @usableFromInline var live: TransactionPointer { unsafe pointer.unsafelyUnwrapped }
}

// MARK: - Changes

extension WriteTransaction {
  /// Sets the value of `key`, whether or not it had one.
  ///
  /// - Throws: `.badValueSize` for a key that is empty or longer than 511 bytes; `.mapFull`.
  public mutating func put(_ value: Span<UInt8>, for key: Span<UInt8>, in table: Table) throws(LMDBError) {
    let code = try put(value, key, table, 0)
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "put", table) }
  }

  /// Adds a row after all others, which fills pages to the brim (`MDB_APPEND`).
  ///
  /// - Throws: `.keyExists` when `key` is not greater than the table's last.
  public mutating func append(_ value: Span<UInt8>, for key: Span<UInt8>, in table: Table) throws(LMDBError) {
    let code = try put(value, key, table, UInt32(MDB_APPEND))
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "append", table) }
  }

  /// Adds a row unless `key` has a value already (`MDB_NOOVERWRITE`); whether it did.
  public mutating func insert(_ value: Span<UInt8>, for key: Span<UInt8>, in table: Table) throws(LMDBError) -> Bool {
    let code = try put(value, key, table, UInt32(MDB_NOOVERWRITE))
    if code == MDB_KEYEXIST { return false }
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "insert", table) }
    return true
  }

  /// Removes the row of `key`; whether there was one.
  ///
  /// Freed pages are loaded as a whole by later commits: delete many rows in many transactions.
  public mutating func delete(_ key: Span<UInt8>, in table: Table) throws(LMDBError) -> Bool {
    try requireOwn(table, "delete")
    let code = unsafe key.withUnsafeBufferPointer { bytes in
      var key = unsafe MDB_val(bytes)
      return unsafe mdb_del(live.raw, table.index, &key, nil)
    }
    if code == MDB_NOTFOUND { return false }
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "delete", table) }
    record?.delete(key, in: table)
    return true
  }

  /// Removes every row and keeps the table (`mdb_drop`).
  ///
  /// - Complexity: O(pages); the freed pages slow the commits that follow, so not for large tables of a store in use.
  /// - Throws: `.incompatible` for the main table, which holds the other tables.
  public mutating func clear(_ table: Table) throws(LMDBError) {
    try requireOwn(table, "clear")
    if table == environment.mainTable { throw environment.error(.incompatible, "clear", table) }
    let code = unsafe mdb_drop(live.raw, table.index, 0)
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "clear", table) }
    record?.clear(table)
  }

  private func put(_ value: Span<UInt8>, _ key: Span<UInt8>, _ table: Table, _ flags: UInt32) throws(LMDBError) -> Int32 {
    try requireOwn(table, "put")
    let code = unsafe key.withUnsafeBufferPointer { keyBytes in
      unsafe value.withUnsafeBufferPointer { valueBytes in
        var key = unsafe MDB_val(keyBytes)
        var value = unsafe MDB_val(valueBytes)
        return unsafe mdb_put(live.raw, table.index, &key, &value, flags)
      }
    }
    if code == 0 { record?.put(value, for: key, in: table) }
    return code
  }

  private func requireOwn(_ table: Table, _ operation: String) throws(LMDBError) {
    if table.environmentID != environment.id { throw environment.error(.wrongEnvironment, operation, table) }
  }
}
