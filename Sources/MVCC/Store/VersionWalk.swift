internal import LMDB

// How a range is read at a revision, written once for read and write transactions.

extension Lookup {
  /// Visits every version of `range` that was visible at `revision`, in key order, until `visit` answers false.
  ///
  /// - Parameter newest: the transaction's own revision; at it, `current` alone has the answer.
  func walk<T: Transaction & ~Copyable>(
    _ range: KeyRange, _ order: RangeQuery.Order, at revision: Revision, newest: Revision, _ transaction: borrowing T,
    _ visit: ([UInt8], Record, Span<UInt8>) throws -> Bool
  ) throws {
    if range.isEmpty { return }
    try transaction.withCursor(on: tables.current) { current in
      if revision == newest {
        var walker = KeyWalker(range, order)
        var key = try walker.start(&current)
        while let present = key {
          let record = try Record.decode(current.value, key: present)
          guard try visit(present, record, current.value) else { return }
          key = try walker.advance(&current)
        }
        return
      }
      try transaction.withCursor(on: tables.history) { history in
        try Self.merge(range, order, revision, &current, &history, visit)
      }
    }
  }

  /// The number of keys of `range` that were visible at `revision`.
  func count<T: Transaction & ~Copyable>(
    _ range: KeyRange, at revision: Revision, newest: Revision, _ transaction: borrowing T
  ) throws -> Int {
    if range.isEmpty { return 0 }
    if revision == newest, range == .all { return try transaction.entryCount(of: tables.current) }
    var count = 0
    if revision == newest {
      try transaction.withCursor(on: tables.current) { cursor in
        var isThere = try cursor.seek(toAtLeast: range.lower.span)
        while isThere, range.isAbove(cursor.key) {
          count += 1
          isThere = try cursor.next()
        }
      }
    } else {
      try walk(range, .ascending, at: revision, newest: newest, transaction) { _, _, _ in
        count += 1
        return true
      }
    }
    return count
  }

  /// A merge of the live keys with those that history alone still knows, each at `revision`.
  private static func merge(
    _ range: KeyRange, _ order: RangeQuery.Order, _ revision: Revision, _ current: inout Cursor, _ history: inout Cursor,
    _ visit: ([UInt8], Record, Span<UInt8>) throws -> Bool
  ) throws {
    var live = KeyWalker(range, order)
    var past = HistoryWalker(range, order)
    var liveKey = try live.start(&current)
    var pastKey = try past.start(&history)
    while let key = order.first(liveKey, pastKey) {
      var goesOn = true
      var isVisible = false
      if liveKey == key {
        let record = try Record.decode(current.value, key: key)
        if record.modRevision <= revision {
          isVisible = true
          goesOn = try visit(key, record, current.value)
        }
      }
      if !isVisible, pastKey == key {
        let answer = try Self.history(key, at: revision, &history) { bytes in try visit(key, try Record.decode(bytes, key: key), bytes) }
        goesOn = answer ?? true
      }
      guard goesOn else { return }
      if pastKey == key { pastKey = try past.advance(&history, after: key) }
      if liveKey == key { liveKey = try live.advance(&current) }
    }
  }
}

extension RangeQuery.Order {
  /// Whichever key comes first in this order.
  fileprivate func first(_ left: [UInt8]?, _ right: [UInt8]?) -> [UInt8]? {
    guard let left else { return right }
    guard let right else { return left }
    let leftIsLower = left.lexicographicallyPrecedes(right)
    return leftIsLower == (self == .ascending) ? left : right
  }
}
