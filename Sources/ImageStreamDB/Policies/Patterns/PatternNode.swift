/// A piece of a parsed pattern.
indirect enum PatternNode: Sendable {
  /// A place between characters.
  enum Assertion: Sendable {
    case start
    case end
    case wordBoundary
    case noWordBoundary
  }

  case empty
  case oneOf(ASCIISet)
  case assertion(Assertion)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case group(Int, PatternNode)
  /// Nil for no upper limit.
  case repeated(PatternNode, from: Int, to: Int?, isLazy: Bool)
}

/// A set of ASCII's 128 characters, all that a tag can have and more.
struct ASCIISet: Hashable, Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init() {}

  init(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  init(_ byte: UInt8) { insert(byte) }

  init(_ bytes: String.UTF8View) {
    for byte in bytes { insert(byte) }
  }

  static let digits = ASCIISet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let lowerCase = ASCIISet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let upperCase = ASCIISet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  static let letters = lowerCase.union(upperCase)
  static let word = letters.union(digits).union(ASCIISet(UInt8(ascii: "_")))
  static let space = ASCIISet("\t\n\u{0C}\r ".utf8)
  static let all = ASCIISet(0...127)

  mutating func insert(_ byte: UInt8) {
    if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
  }

  mutating func formUnion(_ other: ASCIISet) {
    low |= other.low
    high |= other.high
  }

  func union(_ other: ASCIISet) -> ASCIISet {
    var union = self
    union.formUnion(other)
    return union
  }

  var inverted: ASCIISet {
    var inverted = self
    inverted.low = ~low
    inverted.high = ~high
    return inverted
  }

  /// With the other case of each letter.
  var ignoringCase: ASCIISet {
    var set = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      let capital = letter - 32
      if contains(letter) { set.insert(capital) } else if contains(capital) { set.insert(letter) }
    }
    return set
  }

  func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
  }
}
