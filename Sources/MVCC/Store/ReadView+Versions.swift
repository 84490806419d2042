internal import LMDB

/// One version of a key, with how long it was the newest.
public struct KeyVersion: Hashable, Sendable {
  /// The version.
  public let keyValue: KeyValue

  /// The revision of the put or deletion that ended it; nil when none did.
  public let end: Revision?
}

extension ReadView {
  /// Visits every version of every key of a range that was visible at some revision up to this one and is not compacted, until `body` answers false: first
  /// those that were replaced or deleted, by key and revision, then those that were never, by key.
  ///
  /// That a version was ended is told also when that was after this revision.
  ///
  /// - Complexity: O(versions in the range), however many changes the log has.
  public mutating func forEachVersion(in range: KeyRange, _ body: (KeyVersion) throws -> Bool) throws {
    if range.isEmpty { return }
    let compactRevision = try compactRevision(of: range)
    var goesOn = true
    try transaction.withCursor(on: tables.history) { cursor in
      let bound = HistoryKey.lowerBound(range.lower)
      var isThere = try bound.isEmpty ? cursor.first() : cursor.seek(toAtLeast: bound.span)
      while isThere, goesOn {
        guard let parsed = HistoryKey.parse(cursor.key) else {
          throw StoreError(.corrupt, "a history key cannot be read; run isdb check and restore the store from a backup")
        }
        guard range.contains(parsed.key) else { return }
        let end = HistoryRow.endRevision(cursor.value)
        // One that was put and deleted by the same transaction was never visible.
        if end > compactRevision, parsed.modRevision <= revision, parsed.modRevision < end {
          let bytes = cursor.value.extracting(HistoryRow.record(in: cursor.value.count))
          goesOn = try body(KeyVersion(keyValue: decoded(Record.decode(bytes, key: parsed.key), bytes, parsed.key), end: end))
        }
        isThere = try cursor.next()
      }
    }
    guard goesOn else { return }
    try transaction.withCursor(on: tables.current) { cursor in
      var walker = KeyWalker(range, .ascending)
      var next = try walker.start(&cursor)
      while let key = next {
        let record = try Record.decode(cursor.value, key: key)
        if record.modRevision <= revision {
          guard try body(KeyVersion(keyValue: decoded(record, cursor.value, key), end: nil)) else { return }
        }
        next = try walker.advance(&cursor)
      }
    }
  }
}
