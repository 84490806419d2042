#if Network
  /// Restores one DEFLATE stream (RFC 1951).
  struct Inflate {
    private let bytes: [UInt8]
    private var index: Int
    private let maximumBytes: Int
    private var output: [UInt8] = []
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0

    init(bytes: [UInt8], from index: Int, maximumBytes: Int) {
      self.bytes = bytes
      self.index = index
      self.maximumBytes = maximumBytes
    }

    /// What was compressed, and where the stream ends.
    mutating func run() throws(Gzip.Failure) -> (output: [UInt8], end: Int) {
      while true {
        let isLast = try take(1) == 1
        switch try take(2) {
        case 0: try copyStored()
        case 1: try decode(literals: HuffmanCode.fixedLiterals, distances: HuffmanCode.fixedDistances)
        case 2:
          let (literals, distances) = try readCodes()
          try decode(literals: literals, distances: distances)
        default: throw .damaged
        }
        if isLast { return (output, index) }
      }
    }

    private mutating func take(_ count: UInt32) throws(Gzip.Failure) -> Int {
      while bitCount < count {
        guard index < bytes.count else { throw .damaged }
        bits |= UInt32(bytes[index]) << bitCount
        index += 1
        bitCount += 8
      }
      defer {
        bits >>= count
        bitCount -= count
      }
      return Int(bits & ((1 << count) - 1))
    }

    private mutating func copyStored() throws(Gzip.Failure) {
      bits = 0
      bitCount = 0
      guard index + 4 <= bytes.count else { throw .damaged }
      let length = Int(bytes[index]) | Int(bytes[index + 1]) << 8
      let complement = Int(bytes[index + 2]) | Int(bytes[index + 3]) << 8
      index += 4
      guard length == ~complement & 0xFFFF, index + length <= bytes.count else { throw .damaged }
      guard output.count + length <= maximumBytes else { throw .tooLarge }
      output += bytes[index..<index + length]
      index += length
    }

    private mutating func symbol(_ code: HuffmanCode) throws(Gzip.Failure) -> Int {
      var value = 0
      var first = 0
      var base = 0
      for length in 1...15 {
        value |= try take(1)
        let count = code.counts[length]
        if value - count < first { return code.symbols[base + value - first] }
        base += count
        first = (first + count) << 1
        value <<= 1
      }
      throw .damaged
    }

    // Lengths and distances: the smallest of each symbol, and how many bits are added to it (RFC 1951, 3.2.5).
    private static let lengthBases = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
    ]
    private static let lengthBits: [UInt32] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    private static let distanceBases = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
      24577,
    ]
    private static let distanceBits: [UInt32] = [
      0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]

    private mutating func decode(literals: HuffmanCode, distances: HuffmanCode) throws(Gzip.Failure) {
      while true {
        let value = try symbol(literals)
        if value < 256 {
          guard output.count < maximumBytes else { throw .tooLarge }
          output.append(UInt8(value))
          continue
        }
        if value == 256 { return }
        guard value - 257 < Self.lengthBases.count else { throw .damaged }
        let length = Self.lengthBases[value - 257] + (try take(Self.lengthBits[value - 257]))
        let place = try symbol(distances)
        guard place < Self.distanceBases.count else { throw .damaged }
        let distance = Self.distanceBases[place] + (try take(Self.distanceBits[place]))
        guard distance <= output.count else { throw .damaged }
        guard output.count + length <= maximumBytes else { throw .tooLarge }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }

    private mutating func readCodes() throws(Gzip.Failure) -> (HuffmanCode, HuffmanCode) {
      let literalCount = try take(5) + 257
      let distanceCount = try take(5) + 1
      let lengthCount = try take(4) + 4
      let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
      var codeLengths = [Int](repeating: 0, count: 19)
      for place in 0..<lengthCount { codeLengths[order[place]] = try take(3) }
      let code = HuffmanCode(lengths: codeLengths)
      var lengths: [Int] = []
      while lengths.count < literalCount + distanceCount {
        switch try symbol(code) {
        case 16:
          guard let last = lengths.last else { throw .damaged }
          lengths += [Int](repeating: last, count: 3 + (try take(2)))
        case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
        case 18: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
        case let length: lengths.append(length)
        }
      }
      guard lengths.count == literalCount + distanceCount, literalCount <= 286 else { throw .damaged }
      return (HuffmanCode(lengths: Array(lengths[..<literalCount])), HuffmanCode(lengths: Array(lengths[literalCount...])))
    }
  }

  /// A canonical code: how many codes each length has, and the symbols in order of their codes.
  struct HuffmanCode {
    let counts: [Int]
    let symbols: [Int]

    init(lengths: [Int]) {
      var counts = [Int](repeating: 0, count: 16)
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      self.counts = counts
      symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
    }

    static let fixedLiterals = HuffmanCode(
      lengths: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
        + [Int](repeating: 8, count: 8))
    static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))
  }
#endif
