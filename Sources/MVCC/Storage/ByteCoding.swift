internal import LMDB

extension Array where Element == UInt8 {
  /// Appends seven bits a byte, least significant first, the top bit set on all but the last (LEB128).
  mutating func appendVarint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The eight bytes of a number, most significant first.
  static func bigEndian(_ number: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8)
    bytes.appendBigEndian(number)
    return bytes
  }
}

/// A position in lent bytes that moves as fields are read; every read answers nil once the bytes run out.
struct FieldReader {
  var position = 0

  mutating func byte(of bytes: Span<UInt8>) -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func varint(of bytes: Span<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = byte(of: bytes) {
      if shift == 63, byte > 1 { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
      if shift > 63 { return nil }
    }
    return nil
  }

  mutating func bigEndianUInt64(of bytes: Span<UInt8>) -> UInt64? {
    guard position + 8 <= bytes.count else { return nil }
    defer { position += 8 }
    return bytes.loadBigEndianUInt64(at: position)
  }

  mutating func bytes(_ count: Int, of bytes: Span<UInt8>) -> [UInt8]? {
    guard count >= 0, count <= bytes.count - position else { return nil }
    defer { position += count }
    return [UInt8](copying: bytes.extracting(position..<position + count))
  }
}
