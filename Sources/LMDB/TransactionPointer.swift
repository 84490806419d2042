public import CLMDB

/// LMDB's transaction object.
// Sendable so that a reset read transaction can be kept for the next thread: with MDB_NOTLS it belongs to no thread, and the gate's lock
// hands it over. Between begin and end it is only inside a non-copyable, non-Sendable transaction.
@usableFromInline
@safe
struct TransactionPointer: @unchecked Sendable {
  @usableFromInline let raw: OpaquePointer

  @usableFromInline
  init(_ raw: OpaquePointer) {
    unsafe self.raw = raw
  }

  var id: Int { unsafe Int(bitPattern: UInt(mdb_txn_id(raw))) }
}

// MARK: - What both kinds of transaction can do

extension TransactionPointer {
  /// Calls `body` with the value of `key`, lent from the map; nil when there is none.
  @inlinable
  func withValue<R>(
    for key: Span<UInt8>, in table: Table, of environment: Environment, _ body: (Span<UInt8>) throws -> R
  ) throws -> R? {
    guard table.environmentID == environment.id else { throw environment.error(.wrongEnvironment, "get", table) }
    var value = unsafe MDB_val()
    let code = unsafe key.withUnsafeBufferPointer { bytes in
      var key = unsafe MDB_val(bytes)
      return unsafe mdb_get(raw, table.index, &key, &value)
    }
    if code != 0 {
      if code == MDB_NOTFOUND { return nil }
      throw environment.error(LMDBStatus(rawValue: code), "get", table)
    }
    return try unsafe body(Span(_unsafeStart: value.start, count: value.mv_size))
  }

  @inlinable
  func withCursor<R>(
    on table: Table, of environment: Environment, deletion: CursorDeletion?, _ body: (inout Cursor) throws -> R
  ) throws -> R {
    guard table.environmentID == environment.id else { throw environment.error(.wrongEnvironment, "open a cursor", table) }
    var raw: OpaquePointer?
    let code = unsafe mdb_cursor_open(self.raw, table.index, &raw)
    guard code == 0, let raw = unsafe raw else { throw environment.error(LMDBStatus(rawValue: code), "open a cursor", table) }
    defer { unsafe mdb_cursor_close(raw) }
    var cursor = unsafe Cursor(raw, environment, deletion: deletion)
    return try body(&cursor)
  }

  func statistics(of table: Table, of environment: Environment) throws(LMDBError) -> MDB_stat {
    guard table.environmentID == environment.id else { throw environment.error(.wrongEnvironment, "count", table) }
    var statistics = MDB_stat()
    let code = unsafe mdb_stat(raw, table.index, &statistics)
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "count", table) }
    return statistics
  }
}

extension MDB_val {
  /// The bytes of a buffer that outlives the call it is passed to; LMDB does not write through it.
  @inlinable
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }

  /// Where the bytes begin; any address at all when there are none.
  @inlinable
  var start: UnsafePointer<UInt8> {
    if let data = unsafe mv_data { return unsafe UnsafePointer(data.assumingMemoryBound(to: UInt8.self)) }
    return unsafe UnsafePointer(bitPattern: 1).unsafelyUnwrapped
  }
}
