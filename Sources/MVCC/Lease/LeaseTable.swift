internal import LMDB

/// Reads the tree `leases`, in read and write transactions alike, and keeps attachments beside the keys.
struct LeaseTable: Sendable {
  private let table: Table

  init(_ tables: Tables) { table = tables.leases }

  /// The anchor of lease time; nil until the first lease write of a store, or of one that was restored: until then no time passes.
  func clock<T: Transaction & ~Copyable>(_ transaction: borrowing T) throws -> LeaseClock? {
    let key = LeaseKey.clock
    return try transaction.withValue(for: key.span, in: table) { try LeaseClock.decode($0) }
  }

  /// What is stored of a lease; nil when there is none.
  func row<T: Transaction & ~Copyable>(_ id: Int64, _ transaction: borrowing T) throws -> LeaseRow? {
    let key = LeaseKey.lease(id)
    return try transaction.withValue(for: key.span, in: table) { try LeaseRow.decode($0, id) }
  }

  /// Lease time now, as the last anchor tells it.
  func time<T: Transaction & ~Copyable>(_ transaction: borrowing T, _ configuration: StoreConfiguration) throws -> LeaseTime {
    try clock(transaction)?.reading(configuration.bootClock(), wall: configuration.clock()) ?? LeaseTime(milliseconds: 0)
  }

  /// Visits leases in the order of their deadlines until `body` answers false.
  func forEachDeadline<T: Transaction & ~Copyable>(
    _ transaction: borrowing T, _ body: (LeaseTime, Int64) throws -> Bool
  ) throws {
    let start = LeaseKey.deadlines
    try transaction.withCursor(on: table) { cursor in
      var isThere = try cursor.seek(toAtLeast: start.span)
      while isThere {
        guard let (deadline, id) = LeaseKey.deadline(cursor.key) else {
          throw StoreError(.corrupt, "a deadline of a lease cannot be read; run isdb check and restore the store from a backup")
        }
        guard try body(deadline, id) else { return }
        isThere = try cursor.next()
      }
    }
  }

  /// At most `limit` leases that have ended at `now`, the longest ended first.
  ///
  /// - Complexity: O(answer), however many leases there are.
  func ended<T: Transaction & ~Copyable>(at now: LeaseTime, limit: Int, _ transaction: borrowing T) throws -> [Int64] {
    var ids: [Int64] = []
    try forEachDeadline(transaction) { deadline, id in
      guard deadline < now, ids.count < limit else { return false }
      ids.append(id)
      return true
    }
    return ids
  }

  /// The keys that are attached to a lease, in order.
  func keys<T: Transaction & ~Copyable>(of id: Int64, _ transaction: borrowing T) throws -> [[UInt8]] {
    let prefix = LeaseKey.attachments(of: id)
    return try transaction.withCursor(on: table) { cursor in
      var keys: [[UInt8]] = []
      var isThere = try cursor.seek(toAtLeast: prefix.span)
      while isThere, cursor.key.hasPrefix(prefix.span) {
        keys.append([UInt8](copying: cursor.key.extracting(prefix.count..<cursor.key.count)))
        isThere = try cursor.next()
      }
      return keys
    }
  }

  // MARK: Changing

  /// Sets a lease's row and its place in the order of deadlines.
  ///
  /// - Parameter replaced: the row as it was; nil for a new lease.
  func put(_ row: LeaseRow, _ id: Int64, replacing replaced: LeaseRow?, in transaction: inout WriteTransaction) throws {
    if let replaced { _ = try transaction.delete(LeaseKey.deadline(replaced.deadline, id).span, in: table) }
    try transaction.put(row.encode(id).span, for: LeaseKey.lease(id).span, in: table)
    try putEmpty(LeaseKey.deadline(row.deadline, id), in: &transaction)
  }

  /// Removes a lease; its attachments go with its keys.
  func remove(_ row: LeaseRow, _ id: Int64, from transaction: inout WriteTransaction) throws {
    _ = try transaction.delete(LeaseKey.deadline(row.deadline, id).span, in: table)
    _ = try transaction.delete(LeaseKey.lease(id).span, in: table)
  }

  func put(_ clock: LeaseClock, in transaction: inout WriteTransaction) throws {
    let key = LeaseKey.clock
    try transaction.put(clock.encode().span, for: key.span, in: table)
  }

  /// Keeps the attachments of a key right when its lease changes; 0 means none.
  func move(_ key: [UInt8], from old: Int64, to new: Int64, in transaction: inout WriteTransaction) throws {
    if old == new { return }
    if old != 0 { _ = try transaction.delete(LeaseKey.attachment(old, key).span, in: table) }
    if new != 0 { try putEmpty(LeaseKey.attachment(new, key), in: &transaction) }
  }

  /// Makes a lease of the longest time for each attachment to one that does not exist, as in backups made before leases were part of them.
  ///
  /// Such keys did not end then, and do not now.
  func addMissing(in transaction: inout WriteTransaction) throws {
    let start = LeaseKey.attachments
    var missing: Set<Int64> = []
    try transaction.withCursor(on: table) { cursor in
      var isThere = try cursor.seek(toAtLeast: start.span)
      while isThere, cursor.key.hasPrefix(start.span), let id = LeaseKey.id(cursor.key) {
        if !missing.contains(id), try row(id, transaction) == nil { missing.insert(id) }
        isThere = try cursor.next()
      }
    }
    let deadline = LeaseTime(milliseconds: 0).deadline(afterSeconds: Lease.maximumSeconds)
    for id in missing {
      try put(LeaseRow(grantedSeconds: Lease.maximumSeconds, deadline: deadline), id, replacing: nil, in: &transaction)
    }
  }

  private func putEmpty(_ key: [UInt8], in transaction: inout WriteTransaction) throws {
    let empty: [UInt8] = []
    try transaction.put(empty.span, for: key.span, in: table)
  }
}
