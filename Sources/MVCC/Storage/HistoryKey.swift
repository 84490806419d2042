internal import LMDB

/// The key of a superseded version: the user key escaped, a terminator, and the version's mod revision.
///
/// Each zero byte of the user key becomes 0x00 0xFF, and a lone 0x00 ends it (the rule of FoundationDB's tuple layer), so that byte
/// order is the order of (user key, revision) even where one key is the beginning of another. A revision is positive, hence its first byte
/// is below 0x80 and never taken for an escape.
///
/// Zero bytes at the end of the user key are counted instead: 0x00 0x80 and their number in two bytes. Keys of a fixed length are often filled up
/// with them, as those of `etcdctl check perf` are, and would not fit otherwise. Such a key comes after the one without them and before all that
/// go on with another byte behind the zeros, and so do the escapes: the revision's first byte is below 0x80, and 0x80 is below 0xFF.
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
  static func escapedByteCount(_ key: [UInt8]) -> Int {
    let end = endOfContent(key)
    return key[..<end].reduce(into: end) { $0 += $1 == 0 ? 1 : 0 } + (end < key.count ? 4 : 0)
  }

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
      } else if position + 3 < bytes.count, bytes[position + 1] == 0x80 {
        let zeros = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        position += 4
        // Every key has one form only: there are zeros, they are all of them, and they are the end.
        guard zeros > 0, key.last != 0, position < bytes.count, bytes[position] == 0, bytes.count == position + 9 else { return nil }
        key.append(contentsOf: repeatElement(0, count: zeros))
        return (key, Revision(Int64(bitPattern: bytes.loadBigEndianUInt64(at: position + 1))))
      } else {
        guard bytes.count == position + 9, key.last != 0 else { return nil }
        return (key, Revision(Int64(bitPattern: bytes.loadBigEndianUInt64(at: position + 1))))
      }
    }
    return nil
  }

  private static func appendEscaped(_ key: [UInt8], to bytes: inout [UInt8]) {
    let end = endOfContent(key)
    for byte in key[..<end] {
      bytes.append(byte)
      if byte == 0 { bytes.append(0xFF) }
    }
    guard end < key.count else { return }
    // At most 480 bytes (`Schema.maximumKeyBytes`) in a key; the bound of a range may be any, and all longer ones are alike.
    let zeros = UInt16(clamping: key.count - end)
    bytes.append(contentsOf: [0, 0x80, UInt8(zeros >> 8), UInt8(truncatingIfNeeded: zeros)])
  }

  /// Where the zero bytes begin that the key ends with.
  private static func endOfContent(_ key: [UInt8]) -> Int {
    var end = key.count
    while end > 0, key[end - 1] == 0 { end -= 1 }
    return end
  }
}
