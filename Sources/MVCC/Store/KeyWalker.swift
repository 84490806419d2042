internal import LMDB

/// Steps a cursor over the keys of `current` in a range, in either order.
struct KeyWalker {
  private let range: KeyRange
  private let order: RangeQuery.Order

  init(_ range: KeyRange, _ order: RangeQuery.Order) {
    self.range = range
    self.order = order
  }

  /// The first key, with the cursor on it; nil when there is none.
  mutating func start(_ cursor: inout Cursor) throws -> [UInt8]? {
    switch order {
    case .ascending:
      return try key(cursor.seek(toAtLeast: range.lower.span), cursor)
    case .descending:
      guard let upper = range.upper else { return try key(cursor.last(), cursor) }
      return try key(cursor.seek(toAtLeast: upper.span) ? cursor.previous() : cursor.last(), cursor)
    }
  }

  /// The next key, with the cursor on it; nil at the end of the range.
  mutating func advance(_ cursor: inout Cursor) throws -> [UInt8]? {
    try key(order == .ascending ? cursor.next() : cursor.previous(), cursor)
  }

  private func key(_ isThere: Bool, _ cursor: borrowing Cursor) -> [UInt8]? {
    guard isThere else { return nil }
    switch order {
    case .ascending: guard range.isAbove(cursor.key) else { return nil }
    case .descending: guard !cursor.key.precedes(range.lower.span) else { return nil }
    }
    return [UInt8](copying: cursor.key)
  }
}

/// Steps a cursor over the user keys of `history` in a range, one stop a key however many versions it has.
struct HistoryWalker {
  private let range: KeyRange
  private let order: RangeQuery.Order

  init(_ range: KeyRange, _ order: RangeQuery.Order) {
    self.range = range
    self.order = order
  }

  mutating func start(_ cursor: inout Cursor) throws -> [UInt8]? {
    switch order {
    case .ascending:
      let bound = HistoryKey.lowerBound(range.lower)
      return try key(bound.isEmpty ? cursor.first() : cursor.seek(toAtLeast: bound.span), cursor)
    case .descending:
      guard let upper = range.upper else { return try key(cursor.last(), cursor) }
      let bound = HistoryKey.lowerBound(upper)
      return try key(cursor.seek(toAtLeast: bound.span) ? cursor.previous() : cursor.last(), cursor)
    }
  }

  mutating func advance(_ cursor: inout Cursor, after last: [UInt8]) throws -> [UInt8]? {
    switch order {
    case .ascending:
      let bound = HistoryKey.upperBound(last)
      return try key(cursor.seek(toAtLeast: bound.span), cursor)
    case .descending:
      let bound = HistoryKey.prefix(of: last)
      return try key(cursor.seek(toAtLeast: bound.span) ? cursor.previous() : cursor.last(), cursor)
    }
  }

  private func key(_ isThere: Bool, _ cursor: borrowing Cursor) throws -> [UInt8]? {
    guard isThere else { return nil }
    guard let parsed = HistoryKey.parse(cursor.key) else {
      throw StoreError(.corrupt, "a history key cannot be read; run isdb check and restore the store from a backup")
    }
    return range.contains(parsed.key) ? parsed.key : nil
  }
}

extension KeyRange {
  /// Whether a key that is not below the range is not beyond it either.
  func isAbove(_ key: Span<UInt8>) -> Bool {
    guard let upper else { return true }
    return key.precedes(upper.span)
  }
}
