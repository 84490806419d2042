internal import LMDB

/// A sum over all live versions that is equal for equal contents, kept up to date with every change (etcd's `hashkv` in O(1)).
///
/// Each version adds its 128-bit hash modulo 2^128; removing it subtracts the same, so the order of changes does not matter.
public struct StateHash: Hashable, Sendable, CustomStringConvertible {
  /// The upper half.
  public private(set) var high: UInt64
  /// The lower half.
  public private(set) var low: UInt64

  /// The hash of a store without keys.
  public static let empty = StateHash(high: 0, low: 0)

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The share of one version: of its key, revisions, version, lease and value, however the value is stored.
  ///
  /// - Parameter valueHash: XXH3-64 of the value.
  init(key: [UInt8], createRevision: Revision, modRevision: Revision, version: Int64, lease: Int64, valueHash: UInt64) {
    var content: [UInt8] = []
    content.reserveCapacity(40)
    content.appendBigEndian(createRevision.rawValue)
    content.appendBigEndian(modRevision.rawValue)
    content.appendBigEndian(version)
    content.appendBigEndian(lease)
    content.appendBigEndian(valueHash)
    let hash = Checksum.xxh3x128(content.span, seed: Checksum.xxh3(key.span))
    self.init(high: hash.high, low: hash.low)
  }

  static func += (sum: inout StateHash, term: StateHash) {
    let (low, carry) = sum.low.addingReportingOverflow(term.low)
    sum.low = low
    sum.high = sum.high &+ term.high &+ (carry ? 1 : 0)
  }

  static func -= (sum: inout StateHash, term: StateHash) {
    let (low, borrow) = sum.low.subtractingReportingOverflow(term.low)
    sum.low = low
    sum.high = sum.high &- term.high &- (borrow ? 1 : 0)
  }

  /// 32 hexadecimal digits.
  public var description: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
