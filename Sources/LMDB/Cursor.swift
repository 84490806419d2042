public import CLMDB

/// A place in the order of a table's keys (unsigned bytes, shorter first): on a row, or in a gap between two.
///
/// A move that finds no row returns false and leaves the cursor in the gap where the row would be; the next ``next()`` or ``previous()``
/// goes to that gap's neighbour. A new cursor is before the first row.
// Invariants:
// - place == .row exactly when LMDB's cursor is on a row and `currentKey` and `currentValue` point at it.
// - place == .gap: the cursor is where `gapKey` would be, which is not in the table.
@safe
public struct Cursor: ~Copyable, ~Escapable {
  @usableFromInline
  enum Place {
    case row
    case gap
    case beforeFirst
    case afterLast
  }

  @usableFromInline let raw: OpaquePointer
  @usableFromInline let environment: Environment
  private let deletion: CursorDeletion?
  @usableFromInline var place = Place.beforeFirst
  @usableFromInline var currentKey = unsafe MDB_val()
  @usableFromInline var currentValue = unsafe MDB_val()
  private var gapKey: [UInt8] = []

  @usableFromInline
  @_lifetime(immortal)
  init(_ raw: OpaquePointer, _ environment: Environment, deletion: CursorDeletion?) {
    unsafe self.raw = raw
    self.environment = environment
    self.deletion = deletion
  }

  /// Whether the cursor is on a row: whether the last move returned true and the row was not deleted since.
  @inlinable
  public var isOnRow: Bool { place == .row }

  /// The row's key, until the next move or change. The cursor must be on a row.
  @inlinable
  public var key: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      precondition(place == .row, "the cursor is not on a row")
      let bytes = unsafe Span(_unsafeStart: currentKey.start, count: currentKey.mv_size)
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// The row's value, until the next move or change. The cursor must be on a row.
  @inlinable
  public var value: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      precondition(place == .row, "the cursor is not on a row")
      let bytes = unsafe Span(_unsafeStart: currentValue.start, count: currentValue.mv_size)
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }
}

// MARK: - Moves

extension Cursor {
  /// Goes to the first row.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST, orTo: .afterLast) }

  /// Goes to the last row.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST, orTo: .beforeFirst) }

  /// Goes to the row after this row or gap.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func next() throws(LMDBError) -> Bool {
    if place == .row { return try move(MDB_NEXT, orTo: .afterLast) }
    return try nextFromGap()
  }

  /// Goes to the row before this row or gap.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func previous() throws(LMDBError) -> Bool {
    if place == .row { return try move(MDB_PREV, orTo: .beforeFirst) }
    return try previousFromGap()
  }

  /// Goes to the first row whose key is `key` or greater; an empty key goes to the first row.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func seek(toAtLeast key: Span<UInt8>) throws(LMDBError) -> Bool {
    if key.isEmpty { return try first() }
    return try seek(key, MDB_SET_RANGE) || reached(.afterLast)
  }

  /// Goes to the row of `key`, or to the gap where it would be.
  ///
  /// - Throws: `.badValueSize` for an empty key.
  @_lifetime(self: copy self)
  public mutating func seek(to key: Span<UInt8>) throws(LMDBError) -> Bool {
    if try seek(key, MDB_SET_KEY) { return true }
    fill(gapWith: key)
    return false
  }

  /// Deletes the row, and leaves the cursor in the gap that is left: ``next()`` goes to the row that followed.
  ///
  /// - Throws: `.permissionDenied` unless the cursor came from ``WriteTransaction/withMutableCursor(on:_:)``; `.notPositioned` when it is
  ///   not on a row.
  @_lifetime(self: copy self)
  public mutating func delete() throws(LMDBError) {
    guard let deletion else { throw environment.error(.permissionDenied, "delete at a cursor") }
    guard place == .row else { throw environment.error(.notPositioned, "delete at a cursor") }
    // LMDB's own notion of the place after a deletion has had several bugs (ITS#9376, ITS#9461): seek anew from the key instead.
    gapKey.removeAll(keepingCapacity: true)
    unsafe gapKey.append(contentsOf: UnsafeBufferPointer(start: currentKey.start, count: currentKey.mv_size))
    place = .gap
    let code = unsafe mdb_cursor_del(raw, 0)
    if code != 0 { throw environment.error(LMDBStatus(rawValue: code), "delete at a cursor") }
    deletion.record?.delete(gapKey.span, in: deletion.table)
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func move(_ operation: MDB_cursor_op, orTo end: Place) throws(LMDBError) -> Bool {
    var key = unsafe MDB_val()
    var value = unsafe MDB_val()
    let code = unsafe mdb_cursor_get(raw, &key, &value, operation)
    if code == 0 {
      unsafe currentKey = key
      unsafe currentValue = value
      place = .row
      return true
    }
    if code != MDB_NOTFOUND { throw failure(code) }
    return reached(end)
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func seek(_ key: Span<UInt8>, _ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
    let (code, found, value) = unsafe key.withUnsafeBufferPointer { bytes in
      var key = unsafe MDB_val(bytes)
      var value = unsafe MDB_val()
      let code = unsafe mdb_cursor_get(raw, &key, &value, operation)
      return unsafe (code, key, value)
    }
    if code == 0 {
      unsafe currentKey = found
      unsafe currentValue = value
      place = .row
      return true
    }
    if code != MDB_NOTFOUND { throw failure(code) }
    return false
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func reached(_ end: Place) -> Bool {
    place = end
    return false
  }

  @usableFromInline
  @_lifetime(self: copy self)
  mutating func failure(_ code: Int32) -> LMDBError {
    place = .beforeFirst
    return environment.error(LMDBStatus(rawValue: code), "move a cursor")
  }

  @usableFromInline
  @_lifetime(self: copy self)
  mutating func nextFromGap() throws(LMDBError) -> Bool {
    switch place {
    case .row: try move(MDB_NEXT, orTo: .afterLast)
    case .gap: try seekGap() || reached(.afterLast)
    case .beforeFirst: try first()
    case .afterLast: false
    }
  }

  @usableFromInline
  @_lifetime(self: copy self)
  mutating func previousFromGap() throws(LMDBError) -> Bool {
    switch place {
    case .row: try move(MDB_PREV, orTo: .beforeFirst)
    case .gap: try seekGap() ? move(MDB_PREV, orTo: .beforeFirst) : last()
    case .beforeFirst: false
    case .afterLast: try last()
    }
  }

  /// Goes to the row above the gap.
  @_lifetime(self: copy self)
  private mutating func seekGap() throws(LMDBError) -> Bool {
    let key = gapKey
    return try seek(key.span, MDB_SET_RANGE)
  }

  @_lifetime(self: copy self)
  private mutating func fill(gapWith key: Span<UInt8>) {
    gapKey.removeAll(keepingCapacity: true)
    unsafe key.withUnsafeBufferPointer { unsafe gapKey.append(contentsOf: $0) }
    place = .gap
  }
}

/// What lets a cursor delete, and notes what it deletes.
@usableFromInline
struct CursorDeletion {
  let record: CommitRecord?
  let table: Table

  @usableFromInline
  init(_ record: CommitRecord?, _ table: Table) {
    self.record = record
    self.table = table
  }
}
