#if Network
  /// Restores what gzip compressed (RFC 1952), in memory and up to a limit.
  ///
  /// Clients that compress send a message or two a second; speed is not what counts here, but that no message can make it read or write beyond its
  /// limits.
  enum Gzip {
    enum Failure: Error {
      case damaged
      case tooLarge
    }

    private static let flagHeaderChecksum: UInt8 = 0x02
    private static let flagExtra: UInt8 = 0x04
    private static let flagName: UInt8 = 0x08
    private static let flagComment: UInt8 = 0x10

    static func restore(_ bytes: [UInt8], maximumBytes: Int) throws(Failure) -> [UInt8] {
      guard bytes.count >= 18, bytes[0] == 0x1F, bytes[1] == 0x8B, bytes[2] == 8 else { throw .damaged }
      let flags = bytes[3]
      var index = 10
      if flags & flagExtra != 0 {
        guard index + 2 <= bytes.count else { throw .damaged }
        index += 2 + Int(bytes[index]) + Int(bytes[index + 1]) << 8
      }
      for flag in [flagName, flagComment] where flags & flag != 0 {
        guard index < bytes.count, let end = bytes[index...].firstIndex(of: 0) else { throw .damaged }
        index = end + 1
      }
      if flags & flagHeaderChecksum != 0 { index += 2 }
      guard index < bytes.count - 8 else { throw .damaged }
      var inflate = Inflate(bytes: bytes, from: index, maximumBytes: maximumBytes)
      let (output, end) = try inflate.run()
      guard end + 8 <= bytes.count else { throw .damaged }
      func number(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) } }
      guard number(end) == checksum(output), number(end + 4) == UInt32(truncatingIfNeeded: output.count) else { throw .damaged }
      return output
    }

    /// CRC-32 as RFC 1952 has it.
    private static let table: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
      ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
  }
#endif
