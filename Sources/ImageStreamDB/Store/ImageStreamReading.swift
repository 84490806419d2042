public import MVCC
internal import OCI

/// What can be asked about images, streams and tags, in a read or in a write body.
///
/// The answers are those of one revision: the one that was asked for, or in a write body the last one with the body's own changes over it.
public protocol ImageStreamReading: ~Copyable {
  /// The revision that reads see.
  var revision: Revision { get }

  /// One key of the key space, by its bytes.
  mutating func get(_ key: [UInt8]) throws -> KeyValue?

  /// Keys of the key space, one by one, until `body` answers false.
  mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws
}

/// A page of a listing.
public struct Page<Element: Sendable>: Sendable {
  /// The elements, in name order.
  public let elements: [Element]
  /// Whether there are more behind them.
  public let hasMore: Bool
}

extension ImageStreamReading where Self: ~Copyable {
  /// The most elements of a page that asks for no limit of its own.
  static var unlimited: Int { 0 }

  /// Reads a page of a range, turning each key into an element.
  mutating func page<Element: Sendable>(_ range: KeyRange, limit: Int, _ element: (KeyValue) throws -> Element) throws -> Page<Element> {
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
