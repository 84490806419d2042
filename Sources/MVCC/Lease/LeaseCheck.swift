internal import LMDB

/// Derives the rows of the tree `leases` again from each other and from the live keys.
///
///     lease        each passes its checksum and has exactly one deadline, its own
///     attachment   of a lease that exists; its key is live and names that lease; and there are as many as there are keys with a lease
///     clock        passes its checksum
enum LeaseCheck {
  /// - Parameter leasedKeyCount: the live keys that name a lease.
  static func run(
    _ transaction: borrowing ReadTransaction, _ store: StoreParts, leasedKeyCount: Int, _ find: (String) -> Void
  ) throws {
    let leases = LeaseTable(store.tables)
    var leaseCount = 0
    var deadlineCount = 0
    var attachmentCount = 0
    func note<Value>(_ body: () throws -> Value?) throws -> Value? {
      do {
        return try body()
      } catch let error as StoreError {
        find(error.message)
        return nil
      }
    }
    _ = try note { try leases.clock(transaction) }
    try transaction.withCursor(on: store.tables.leases) { cursor in
      var isThere = try cursor.first()
      while isThere {
        switch (cursor.key[0], LeaseKey.id(cursor.key)) {
        case (0, _): break
        case (1, let id?):
          leaseCount += 1
          _ = try note { try leases.row(id, transaction) }
        case (2, let id?):
          attachmentCount += 1
          let key = [UInt8](copying: cursor.key.extracting(9..<cursor.key.count))
          let lease = try note {
            try store.lookup.current(key, transaction) { bytes in try Record.decode(bytes, key: key).lease }
          }
          if lease != id { find("key \"\(printable(key))\" is attached to lease \(leaseText(id)), which it does not name") }
          if try note({ try leases.row(id, transaction) }) == nil {
            find("key \"\(printable(key))\" is attached to lease \(leaseText(id)), which does not exist")
          }
        case (3, _):
          deadlineCount += 1
          guard let (deadline, id) = LeaseKey.deadline(cursor.key), let row = try note({ try leases.row(id, transaction) }) else {
            find("a deadline is of no lease")
            break
          }
          if row.deadline != deadline {
            find("lease \(leaseText(id)) ends at \(row.deadline.milliseconds), but has a deadline at \(deadline.milliseconds)")
          }
        default: find("a row of the leases cannot be read")
        }
        isThere = try cursor.next()
      }
    }
    if leaseCount != deadlineCount { find("there are \(leaseCount) leases and \(deadlineCount) deadlines") }
    if attachmentCount != leasedKeyCount { find("\(leasedKeyCount) keys name a lease, and \(attachmentCount) are attached to one") }
  }
}
