internal import LMDB

/// Finding commits by their time, in the tree of commit times.
enum CommitTimes {
  /// The last revision committed at or before `time`, among those from `lowest` to `newest`; nil when the first of them is later.
  ///
  /// - Complexity: O(log(newest − lowest)) seeks.
  static func revision<T: Transaction & ~Copyable>(
    notAfter time: Timestamp, from lowest: Revision, through newest: Revision, in table: Table, _ transaction: borrowing T
  ) throws -> Revision? {
    try transaction.withCursor(on: table) { cursor in
      // Every commit below `lower` is at or before the time; none from `upper` on is.
      var lower = lowest
      var upper = newest + 1
      var found: Revision?
      while lower < upper {
        let middle = Revision(lower.rawValue + (upper.rawValue - lower.rawValue) / 2)
        let key = [UInt8].bigEndian(middle.rawValue)
        guard try cursor.seek(toAtLeast: key.span), let last = TimeRow.revision(cursor.key), let committed = TimeRow.decode(cursor.value)
        else {
          upper = middle
          continue
        }
        if committed <= time {
          found = last
          lower = last + 1
        } else {
          upper = middle
        }
      }
      return found
    }
  }

  /// When `revision` was committed; nil when that is not known any more, or never happened.
  static func time<T: Transaction & ~Copyable>(of revision: Revision, in table: Table, _ transaction: borrowing T) throws -> Timestamp? {
    let key = [UInt8].bigEndian(revision.rawValue)
    return try transaction.withCursor(on: table) { cursor in
      try cursor.seek(toAtLeast: key.span) ? TimeRow.decode(cursor.value) : nil
    }
  }
}
