/// The state of one scan by `JSONGuard`.
struct JSONScanner {
  // Invariants:
  // - `stack.count <= limits.maximumDepth`, `tokenCount <= limits.maximumTokens`, `position <= bytes.count`.
  // - A frame's keys are those seen so far in that object, unescaped; nil for an array.

  private enum Expectation {
    case value
    case valueOrEnd
    case key
    case keyOrEnd
    case colon
    case commaOrEnd
    case nothing
  }

  private struct Frame {
    var keys: Set<String>?
  }

  private let bytes: [UInt8]
  private let limits: JSONGuard
  private let subject: String
  private var position = 0
  private var stack: [Frame] = []
  private var tokenCount = 0
  private var expected = Expectation.value
  private var topLevelKeys: Set<String>?

  init(bytes: [UInt8], limits: JSONGuard, subject: String) {
    self.bytes = bytes
    self.limits = limits
    self.subject = subject
  }

  mutating func scan() throws(OCIError) -> JSONGuard.Outline {
    while let byte = skipSpace() {
      switch (expected, byte) {
      case (.valueOrEnd, UInt8(ascii: "]")): pop()
      case (.value, _), (.valueOrEnd, _): try scanValue(byte)
      case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")): try scanKey()
      case (.keyOrEnd, UInt8(ascii: "}")): pop()
      case (.colon, UInt8(ascii: ":")):
        position += 1
        expected = .value
      case (.commaOrEnd, UInt8(ascii: ",")):
        position += 1
        expected = stack.last?.keys == nil ? .value : .key
      case (.commaOrEnd, UInt8(ascii: "]")) where stack.last?.keys == nil: pop()
      case (.commaOrEnd, UInt8(ascii: "}")) where stack.last?.keys != nil: pop()
      default: throw unexpected()
      }
    }
    guard case .nothing = expected else { throw malformed("it ends in the middle, after byte \(bytes.count)") }
    return JSONGuard.Outline(topLevelKeys: topLevelKeys, tokenCount: tokenCount)
  }

  private mutating func skipSpace() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return bytes[position]
      }
    }
    return nil
  }

  private mutating func scanValue(_ byte: UInt8) throws(OCIError) {
    try countToken()
    switch byte {
    case UInt8(ascii: "{"): try push(Frame(keys: []), expecting: .keyOrEnd)
    case UInt8(ascii: "["): try push(Frame(keys: nil), expecting: .valueOrEnd)
    case UInt8(ascii: "\""):
      _ = try scanString(keeping: false)
      finishValue()
    case UInt8(ascii: "t"): try scanWord("true")
    case UInt8(ascii: "f"): try scanWord("false")
    case UInt8(ascii: "n"): try scanWord("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
    default: throw unexpected()
    }
  }

  private mutating func scanKey() throws(OCIError) {
    try countToken()
    let start = position
    let key = try scanString(keeping: true)
    // Swift's equality, so that two spellings that a decoder's dictionary would merge count as one.
    let isNew = stack[stack.count - 1].keys?.insert(key).inserted ?? false
    guard isNew else {
      throw OCIError(.ambiguousContent, "the \(subject) has the key \(key.quotedForMessage) twice in one object, at byte \(start)")
    }
    expected = .colon
  }

  private mutating func push(_ frame: Frame, expecting next: Expectation) throws(OCIError) {
    guard stack.count < limits.maximumDepth else {
      throw OCIError(.tooLarge, "the \(subject) is nested deeper than \(limits.maximumDepth) levels, at byte \(position)")
    }
    stack.append(frame)
    position += 1
    expected = next
  }

  private mutating func pop() {
    let frame = stack.removeLast()
    if stack.isEmpty { topLevelKeys = frame.keys }
    position += 1
    finishValue()
  }

  private mutating func finishValue() { expected = stack.isEmpty ? .nothing : .commaOrEnd }

  private mutating func countToken() throws(OCIError) {
    tokenCount += 1
    guard tokenCount <= limits.maximumTokens else {
      throw OCIError(.tooLarge, "the \(subject) has more than \(limits.maximumTokens) keys and values")
    }
  }

  private mutating func scanWord(_ word: StaticString) throws(OCIError) {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else { throw unexpected() }
    position = end
    finishValue()
  }

  /// `-? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func scanNumber() throws(OCIError) {
    skip { $0 == UInt8(ascii: "-") }
    if !skip({ $0 == UInt8(ascii: "0") }) { try skipDigits() }
    if skip({ $0 == UInt8(ascii: ".") }) { try skipDigits() }
    if skip({ $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      skip { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
      try skipDigits()
    }
    finishValue()
  }

  private mutating func skipDigits() throws(OCIError) {
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard skip(isDigit) else { throw position < bytes.count ? unexpected() : malformed("it ends in a number") }
    while skip(isDigit) {}
  }

  @discardableResult
  private mutating func skip(_ isWanted: (UInt8) -> Bool) -> Bool {
    guard position < bytes.count, isWanted(bytes[position]) else { return false }
    position += 1
    return true
  }

  /// Scans the string that begins here; returns its text without escapes when it is kept, else the empty string.
  private mutating func scanString(keeping: Bool) throws(OCIError) -> String {
    var text: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        let scalar = try scanEscape()
        if keeping { text.append(contentsOf: Array(String(Character(scalar)).utf8)) }
      case 0..<0x20: throw malformed("a string has a control character at byte \(position); it must be escaped")
      default:
        if keeping { text.append(byte) }
        position += 1
      }
    }
    throw malformed("it ends in a string")
  }

  private mutating func scanEscape() throws(OCIError) -> Unicode.Scalar {
    position += 1
    guard position < bytes.count else { throw malformed("it ends in a string") }
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      position += 1
      return Unicode.Scalar(byte)
    case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
      switch byte {
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "r"): return "\r"
      default: return "\t"
      }
    case UInt8(ascii: "u"):
      let unit = try scanCodeUnit()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard (0xD800...0xDBFF).contains(unit), skip({ $0 == UInt8(ascii: "\\") }), position < bytes.count,
        bytes[position] == UInt8(ascii: "u")
      else { throw malformed("half a surrogate pair is escaped before byte \(position)") }
      let low = try scanCodeUnit()
      guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
        throw malformed("half a surrogate pair is escaped before byte \(position)")
      }
      return scalar
    default: throw malformed("there is no such escape, at byte \(position)")
    }
  }

  /// Four hexadecimal digits after the `u` that stands here.
  private mutating func scanCodeUnit() throws(OCIError) -> UInt32 {
    var unit: UInt32 = 0
    for offset in 1...4 {
      guard position + offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[position + offset])).hexDigitValue else {
        throw malformed("an escape needs four hexadecimal digits, at byte \(position)")
      }
      unit = unit << 4 | UInt32(digit)
    }
    position += 5
    return unit
  }

  private func malformed(_ reason: String) -> OCIError { OCIError(.malformedContent, "the \(subject) is not JSON: \(reason)") }

  private func unexpected() -> OCIError {
    guard position < bytes.count else { return malformed("it ends in the middle, after byte \(bytes.count)") }
    return malformed("unexpected \(String(Unicode.Scalar(bytes[position])).quotedForMessage) at byte \(position)")
  }
}
