internal import OCI

/// Reads a set of a pattern, `[a-z\d]`, and the escapes that stand for characters both in and outside of sets.
struct SetParser {
  private(set) var position: Int
  private let bytes: [UInt8]

  init(_ bytes: [UInt8], from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private static let named: [(String, ASCIISet)] = [
    ("alnum", ASCIISet.letters.union(.digits)), ("alpha", .letters), ("digit", .digits), ("lower", .lowerCase), ("upper", .upperCase),
    ("space", ASCIISet.space.union(ASCIISet(0x0B))), ("word", .word), ("xdigit", ASCIISet("0123456789abcdefABCDEF".utf8)),
    ("punct", ASCIISet(0x21...0x7E).subtractingWord.union(ASCIISet(UInt8(ascii: "_")))),
  ]

  /// Reads from an opening bracket to behind its closing one.
  mutating func parse() throws(SyntaxFlaw) -> ASCIISet {
    let start = position
    position += 1
    let isInverted = skip("^")
    var set = ASCIISet()
    var isFirst = true
    while position < bytes.count {
      // The first bracket is a character: `[]a]` has two.
      if !isFirst, skip("]") { return isInverted ? set.inverted : set }
      isFirst = false
      if let named = try namedSet() {
        set.formUnion(named)
        continue
      }
      let place = position
      let lower = try element()
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "-"), bytes[position + 1] != UInt8(ascii: "]") else {
        set.formUnion(lower)
        continue
      }
      position += 1
      let upper = try element()
      guard let first = lower.only, let last = upper.only else {
        throw SyntaxFlaw(place: place + 1, problem: "a range of characters has a set at an end; put - last for the character")
      }
      guard first <= last else {
        throw SyntaxFlaw(place: place + 1, problem: "a range of characters ends before its beginning; write the lower one first")
      }
      set.formUnion(ASCIISet(first...last))
    }
    throw SyntaxFlaw(place: start + 1, problem: "the bracket is not closed; write \\[ for the character")
  }

  /// Reads an escape, backslash first.
  mutating func escape() throws(SyntaxFlaw) -> ASCIISet {
    let start = position
    guard position + 1 < bytes.count else {
      throw SyntaxFlaw(place: start + 1, problem: "the backslash at the end escapes nothing; write \\\\ for the character")
    }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "d"): return .digits
    case UInt8(ascii: "D"): return ASCIISet.digits.inverted
    case UInt8(ascii: "w"): return .word
    case UInt8(ascii: "W"): return ASCIISet.word.inverted
    case UInt8(ascii: "s"): return .space
    case UInt8(ascii: "S"): return ASCIISet.space.inverted
    case UInt8(ascii: "t"): return ASCIISet(0x09)
    case UInt8(ascii: "n"): return ASCIISet(0x0A)
    case UInt8(ascii: "v"): return ASCIISet(0x0B)
    case UInt8(ascii: "f"): return ASCIISet(0x0C)
    case UInt8(ascii: "r"): return ASCIISet(0x0D)
    case UInt8(ascii: "x"): return try hexadecimal(start)
    case UInt8(ascii: "p"), UInt8(ascii: "P"):
      throw SyntaxFlaw(place: start + 1, problem: "Unicode classes are not supported; a tag has only ASCII characters, so write [A-Za-z]")
    default:
      guard !byte.isLetter, !byte.isDigit else {
        let text = String(decoding: [UInt8(ascii: "\\"), byte], as: UTF8.self)
        throw SyntaxFlaw(place: start + 1, problem: "\(text) is not an escape; leave the backslash out for the character")
      }
      return ASCIISet(byte)
    }
  }

  private mutating func element() throws(SyntaxFlaw) -> ASCIISet {
    if bytes[position] == UInt8(ascii: "\\") { return try escape() }
    position += 1
    return ASCIISet(bytes[position - 1])
  }

  /// Two digits, or braces around some.
  private mutating func hexadecimal(_ start: Int) throws(SyntaxFlaw) -> ASCIISet {
    let hasBraces = skip("{")
    let digitStart = position
    while position < bytes.count, hasBraces || position < digitStart + 2, Character(Unicode.Scalar(bytes[position])).isHexDigit {
      position += 1
    }
    let digits = String(decoding: bytes[digitStart..<position], as: UTF8.self)
    guard hasBraces ? skip("}") : digits.utf8.count == 2, let value = UInt8(digits, radix: 16), value < 128 else {
      throw SyntaxFlaw(place: start + 1, problem: "\\x is followed by two hexadecimal digits of an ASCII character, as in \\x2d")
    }
    return ASCIISet(value)
  }

  private mutating func namedSet() throws(SyntaxFlaw) -> ASCIISet? {
    let start = position
    guard skip("[:") else { return nil }
    let isInverted = skip("^")
    for (name, set) in Self.named where skip(name + ":]") { return isInverted ? set.inverted : set }
    throw SyntaxFlaw(place: start + 1, problem: "no set of characters has that name; alpha, digit, alnum, lower, upper, word and others do")
  }

  private mutating func skip(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }
}

extension ASCIISet {
  /// The one character in it; nil when there are none or more.
  fileprivate var only: UInt8? {
    var found: UInt8?
    for byte in UInt8(0)...127 where contains(byte) {
      if found != nil { return nil }
      found = byte
    }
    return found
  }

  fileprivate var subtractingWord: ASCIISet { inverted.union(.word).inverted }
}
