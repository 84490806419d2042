/// What a range read answers with, beyond which keys.
public struct RangeQuery: Hashable, Sendable {
  /// The order of the answer.
  public enum Order: Hashable, Sendable {
    case ascending
    case descending
  }

  /// The keys to read.
  public var range: KeyRange

  /// The most keys to answer with; 0 means all.
  public var limit: Int

  /// By key, smallest or greatest first.
  public var order: Order

  /// Whether values are left out, which saves reading and decompressing them.
  public var keysOnly: Bool

  /// All of `range` in key order, unless said otherwise.
  public init(_ range: KeyRange, limit: Int = 0, order: Order = .ascending, keysOnly: Bool = false) {
    self.range = range
    self.limit = limit
    self.order = order
    self.keysOnly = keysOnly
  }
}

/// The answer to a range read.
public struct RangeResult: Hashable, Sendable {
  /// The keys, in the order asked for, at most as many as the limit.
  public var keyValues: [KeyValue]

  /// Whether the range holds keys beyond the limit.
  public var hasMore: Bool

  /// An answer with every field given.
  public init(keyValues: [KeyValue], hasMore: Bool) {
    self.keyValues = keyValues
    self.hasMore = hasMore
  }
}
