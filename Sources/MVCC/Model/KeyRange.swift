/// A set of neighbouring keys: from `lower`, up to but without `upper`.
///
/// Keys order byte-wise. A single key `k` is the range from `k` up to `k` followed by a zero byte.
public struct KeyRange: Hashable, Sendable {
  /// The first key that can be in the range.
  public let lower: [UInt8]

  /// The first key after the range; nil means the range has no end.
  public let upper: [UInt8]?

  /// The keys from `lower` up to but without `upper`; empty when `upper` is not greater.
  public init(from lower: [UInt8], upTo upper: [UInt8]?) {
    self.lower = lower
    self.upper = upper
  }

  /// Just that key.
  public static func key(_ key: [UInt8]) -> KeyRange { KeyRange(from: key, upTo: key + [0]) }

  /// Every key that begins with `prefix`; all keys when it is empty.
  public static func prefix(_ prefix: [UInt8]) -> KeyRange {
    prefix.isEmpty ? .all : KeyRange(from: prefix, upTo: end(ofPrefix: prefix))
  }

  /// Every key from `lower` on.
  public static func from(_ lower: [UInt8]) -> KeyRange { KeyRange(from: lower, upTo: nil) }

  /// Every key: no key is empty, so the smallest is a lone zero byte.
  public static let all = KeyRange(from: [0], upTo: nil)

  /// The keys that etcd's `key` and `range_end` name: no end is the single key, a lone zero byte is every key from `key` on.
  ///
  /// An empty `key` is kept as it is, for requests to refuse.
  public static func etcd(key: [UInt8], rangeEnd: [UInt8]) -> KeyRange {
    if rangeEnd.isEmpty { return .key(key) }
    return KeyRange(from: key, upTo: rangeEnd == [0] ? nil : rangeEnd)
  }

  /// Whether no key can be in the range.
  public var isEmpty: Bool {
    guard let upper else { return false }
    return !lower.lexicographicallyPrecedes(upper)
  }

  /// The key, when the range can hold no other.
  public var singleKey: [UInt8]? {
    guard let upper, upper.count == lower.count + 1, upper.last == 0, upper.starts(with: lower) else { return nil }
    return lower
  }

  /// Whether `key` is in the range.
  public func contains(_ key: [UInt8]) -> Bool {
    if key.lexicographicallyPrecedes(lower) { return false }
    guard let upper else { return true }
    return key.lexicographicallyPrecedes(upper)
  }

  /// Whether a key could be in both.
  func overlaps(_ other: KeyRange) -> Bool {
    if isEmpty || other.isEmpty { return false }
    if let upper, !other.lower.lexicographicallyPrecedes(upper) { return false }
    if let upper = other.upper, !lower.lexicographicallyPrecedes(upper) { return false }
    return true
  }

  /// The part of the range behind `key`, for reading page by page.
  public func after(_ key: [UInt8]) -> KeyRange {
    let next = key + [0]
    return KeyRange(from: lower.lexicographicallyPrecedes(next) ? next : lower, upTo: upper)
  }

  /// The prefix with its last byte below 0xFF raised and what follows cut off; nil when every byte is 0xFF.
  private static func end(ofPrefix prefix: [UInt8]) -> [UInt8]? {
    guard let index = prefix.lastIndex(where: { $0 != 0xFF }) else { return nil }
    var end = Array(prefix[...index])
    end[index] += 1
    return end
  }
}
