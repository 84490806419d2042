internal import LMDB

/// The key of a superseded version: the user key escaped, a terminator, and the version's mod revision.
///
/// Each zero byte of the user key becomes 0x00 0xFF, and a lone 0x00 ends it (the rule of FoundationDB's tuple layer), so that byte
/// order is the order of (user key, revision) even where one key is the beginning of another. A revision is positive, hence its first byte
/// is below 0x80 and never taken for an escape.
enum HistoryKey {
  /// `key`, escaped and terminated: what all its versions begin with.
  static func prefix(of key: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(key.count + 9)
    appendEscaped(key, to: &bytes)
    bytes.append(0)
    return bytes
  }

  static func make(_ key: [UInt8], _ modRevision: Revision) -> [UInt8] {
    var bytes = prefix(of: key)
    bytes.appendBigEndian(modRevision.rawValue)
    return bytes
  }

  /// Not after the first version of `key` or of any later key, and after every version of any earlier key.
  static func lowerBound(_ key: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    appendEscaped(key, to: &bytes)
    return bytes
  }

  /// After every version of `key`, and not after those of any later key.
  static func upperBound(_ key: [UInt8]) -> [UInt8] { prefix(of: key) + [0x80] }

  /// The bytes that `key` takes once escaped.
  static func escapedByteCount(_ key: [UInt8]) -> Int { key.reduce(into: key.count) { $0 += $1 == 0 ? 1 : 0 } }

  /// The user key and mod revision of a history key, or nil when it is malformed.
  static func parse(_ bytes: Span<UInt8>) -> (key: [UInt8], modRevision: Revision)? {
    var key: [UInt8] = []
    key.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 0 {
        key.append(byte)
        position += 1
      } else if position + 1 < bytes.count, bytes[position + 1] == 0xFF {
        key.append(0)
        position += 2
      } else {
        guard bytes.count == position + 9 else { return nil }
        return (key, Revision(Int64(bitPattern: bytes.loadBigEndianUInt64(at: position + 1))))
      }
    }
    return nil
  }

  private static func appendEscaped(_ key: [UInt8], to bytes: inout [UInt8]) {
    for byte in key {
      bytes.append(byte)
      if byte == 0 { bytes.append(0xFF) }
    }
  }
}
