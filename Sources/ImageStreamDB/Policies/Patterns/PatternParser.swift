internal import OCI

/// Reads a regular expression into nodes, by recursive descent.
struct PatternParser {
  /// Of groups in groups; a bound on the stack.
  private static let maximumDepth = 40

  /// As in Go's `regexp`.
  private static let maximumRepetitions = 1000

  /// The name of each group after the whole match, nil for those without one.
  private(set) var groupNames: [String?] = []

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private var ignoresCase = false

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func parse() throws(SyntaxFlaw) -> PatternNode {
    if let place = bytes.firstIndex(where: { $0 >= 128 }) {
      position = place
      throw flaw("a character is not ASCII, and a tag has only ASCII characters")
    }
    let node = try alternatives()
    guard isAtEnd else { throw flaw("a closing parenthesis has no opening one; write \\) for the character") }
    return node
  }

  private mutating func alternatives() throws(SyntaxFlaw) -> PatternNode {
    var alternatives = [try sequence()]
    while skip("|") { try alternatives.append(sequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func sequence() throws(SyntaxFlaw) -> PatternNode {
    var nodes: [PatternNode] = []
    while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let place = position
      guard let atom = try atom() else { continue }
      nodes.append(try repetition(of: atom, at: place))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  // MARK: Repetition

  private mutating func repetition(of atom: PatternNode, at place: Int) throws(SyntaxFlaw) -> PatternNode {
    guard let (lower, upper) = try counts() else { return atom }
    let isLazy = skip("?")
    let next = position
    if try counts() != nil {
      position = next
      throw flaw("a repetition is repeated; put what is repeated in a group")
    }
    return .repeated(atom, from: lower, to: upper, isLazy: isLazy)
  }

  /// Reads an operator of repetition; nil with nothing read when there is none. A brace that begins none is a character, as in Go.
  private mutating func counts() throws(SyntaxFlaw) -> (Int, Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    let start = position
    guard skip("{") else { return nil }
    let lower = number()
    var upper = lower
    if skip(",") { upper = number() }
    let isOpen = position > 0 && bytes[position - 1] == UInt8(ascii: ",")
    guard let lower, upper != nil || isOpen, skip("}") else {
      position = start
      return nil
    }
    if lower > Self.maximumRepetitions || upper ?? 0 > Self.maximumRepetitions {
      position = start
      throw flaw("a repetition is of more than \(Self.maximumRepetitions) times; a tag has 128 characters at most")
    }
    if let upper, upper < lower {
      position = start
      throw flaw("a repetition ends below its beginning; write the smaller number first")
    }
    return (lower, upper)
  }

  private mutating func number() -> Int? {
    let start = position
    while let byte = peek, byte.isDigit { position += 1 }
    let digits = bytes[start..<position]
    guard !digits.isEmpty else { return nil }
    return Int(String(decoding: digits, as: UTF8.self)) ?? .max
  }

  // MARK: Atoms

  /// Nil for what matches nothing by itself, such as a change of flags.
  private mutating func atom() throws(SyntaxFlaw) -> PatternNode? {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["):
      var parser = SetParser(bytes, from: position)
      let set = try parser.parse()
      position = parser.position
      return .oneOf(ignoresCase ? set.ignoringCase : set)
    case UInt8(ascii: "\\"): return try escape()
    case UInt8(ascii: "."): return advance(.oneOf(.all))
    case UInt8(ascii: "^"): return advance(.assertion(.start))
    case UInt8(ascii: "$"): return advance(.assertion(.end))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
      throw flaw("there is nothing to repeat; write \\\(Character(Unicode.Scalar(byte))) for the character")
    default: return advance(literal(byte))
    }
  }

  private func literal(_ byte: UInt8) -> PatternNode { .oneOf(ignoresCase ? ASCIISet(byte).ignoringCase : ASCIISet(byte)) }

  private mutating func advance(_ node: PatternNode) -> PatternNode {
    position += 1
    return node
  }

  private mutating func escape() throws(SyntaxFlaw) -> PatternNode {
    let start = position
    guard position + 1 < bytes.count else { throw flaw("the backslash at the end escapes nothing; write \\\\ for the character") }
    switch bytes[position + 1] {
    case UInt8(ascii: "A"):
      position += 1
      return advance(.assertion(.start))
    case UInt8(ascii: "z"):
      position += 1
      return advance(.assertion(.end))
    case UInt8(ascii: "b"):
      position += 1
      return advance(.assertion(.wordBoundary))
    case UInt8(ascii: "B"):
      position += 1
      return advance(.assertion(.noWordBoundary))
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw flaw("back-references are not supported, because they make the time of a match unbounded")
    default: break
    }
    var parser = SetParser(bytes, from: start)
    let set = try parser.escape()
    position = parser.position
    return .oneOf(ignoresCase ? set.ignoringCase : set)
  }

  // MARK: Groups

  private mutating func group() throws(SyntaxFlaw) -> PatternNode? {
    let start = position
    position += 1
    guard depth < Self.maximumDepth else { throw flaw("more than \(Self.maximumDepth) groups are inside each other; nest fewer") }
    depth += 1
    let outerCase = ignoresCase
    defer { depth -= 1 }
    var number: Int?
    if skip("?") {
      if skip("P<") || skip("<") {
        number = try openNamed(from: start)
      } else if try flags(from: start) {
        return nil
      }
    } else {
      groupNames.append(nil)
      number = groupNames.count
    }
    let inner = try alternatives()
    ignoresCase = outerCase
    guard skip(")") else { throw SyntaxFlaw(place: start + 1, problem: "the parenthesis is not closed; write \\( for the character") }
    return number.map { .group($0, inner) } ?? inner
  }

  private mutating func openNamed(from start: Int) throws(SyntaxFlaw) -> Int {
    if let byte = peek, byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") { throw lookAround(start) }
    let nameStart = position
    while let byte = peek, byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") { position += 1 }
    let name = String(decoding: bytes[nameStart..<position], as: UTF8.self)
    guard let first = name.utf8.first, !first.isDigit, skip(">") else {
      throw SyntaxFlaw(
        place: nameStart + 1, problem: "a group's name is letters, digits and underscores, ended by >, as in (?P<build>[0-9]+)")
    }
    guard !groupNames.contains(name) else {
      throw SyntaxFlaw(place: nameStart + 1, problem: "two groups are named \(name); give them different names")
    }
    groupNames.append(name)
    return groupNames.count
  }

  /// Reads flags up to their colon or parenthesis; true when they are for the rest of the group that they are in.
  private mutating func flags(from start: Int) throws(SyntaxFlaw) -> Bool {
    var turnsOn = true
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: ":"): return false
      case UInt8(ascii: ")"): return true
      case UInt8(ascii: "-"): turnsOn = false
      case UInt8(ascii: "i"): ignoresCase = turnsOn
      case UInt8(ascii: "m"), UInt8(ascii: "s"): break  // They are about ends of lines, which a tag has none of.
      case UInt8(ascii: "="), UInt8(ascii: "!"): throw lookAround(start)
      default:
        position -= 1
        throw flaw("\(quote(byte)) is no flag; i, m and s are")
      }
    }
    throw SyntaxFlaw(place: start + 1, problem: "the parenthesis is not closed; write \\( for the character")
  }

  private func lookAround(_ start: Int) -> SyntaxFlaw {
    SyntaxFlaw(place: start + 1, problem: "look-around is not supported, because it makes the time of a match unbounded")
  }

  // MARK: Reading

  private var isAtEnd: Bool { position == bytes.count }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skip(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private func flaw(_ problem: String) -> SyntaxFlaw { SyntaxFlaw(place: position + 1, problem: problem) }

  private func quote(_ byte: UInt8) -> String { String(decoding: [byte], as: UTF8.self).quotedForMessage }
}
