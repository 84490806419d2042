internal import MVCC

/// A page of a listing.
public struct Page<Element: Sendable>: Sendable {
  /// The elements, in name order.
  public let elements: [Element]
  /// Whether there are more behind them.
  public let hasMore: Bool
}

extension ImageStreamReading where Self: ~Copyable {
  /// Reads a page of a range, turning each key into an element.
  mutating func page<Element: Sendable>(_ range: KeyRange, limit: Int, _ element: (KeyValue) throws -> Element) throws -> Page<Element> {
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    var elements: [Element] = []
    var hasMore = false
    try forEach(RangeQuery(range, limit: limit == 0 ? 0 : limit + 1)) { keyValue in
      if limit != 0, elements.count == limit {
        hasMore = true
        return false
      }
      elements.append(try element(keyValue))
      return true
    }
    return Page(elements: elements, hasMore: hasMore)
  }
}

extension StoreError {
  static func negativeLimit(_ limit: Int) -> StoreError {
    StoreError(.invalidArgument, "a limit is a number of answers, or 0 for all, not \(limit)")
  }
}
