/// A text made from the groups of a match: `$1`, `$name`, `${name}`, and `$$` for a dollar sign, as Go's `Expand` reads them.
struct ExtractTemplate: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case text(String)
    case group(Int)
  }

  /// The longest template, in bytes.
  static let maximumBytes = 256

  let text: String
  private let pieces: [Piece]

  /// - Parameter groupNames: of the pattern, after the whole match.
  init(_ text: String, groupNames: [String?]) throws(SyntaxFlaw) {
    self.text = text
    guard text.utf8.count <= Self.maximumBytes else {
      throw SyntaxFlaw(place: Self.maximumBytes + 1, problem: "the template is longer than \(Self.maximumBytes) bytes; shorten it")
    }
    var pieces: [Piece] = []
    var literal = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$" else {
        literal.append(character)
        continue
      }
      let place = text.distance(from: text.startIndex, to: rest.startIndex)
      if rest.first == "$" {
        rest.removeFirst()
        literal.append("$")
        continue
      }
      let name = try Self.name(from: &rest, place: place)
      pieces.append(.text(literal))
      pieces.append(.group(try Self.group(name, groupNames, place: place)))
      literal = ""
    }
    pieces.append(.text(literal))
    self.pieces = pieces.filter { $0 != .text("") }
  }

  private static func name(from rest: inout Substring, place: Int) throws(SyntaxFlaw) -> Substring {
    let hasBraces = rest.first == "{"
    if hasBraces { rest.removeFirst() }
    let name = rest.prefix { $0.asciiValue.map { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") } ?? false }
    rest = rest[name.endIndex...]
    guard !name.isEmpty, !hasBraces || rest.popFirst() == "}" else {
      throw SyntaxFlaw(place: place, problem: "the dollar sign names no group; write $1 or ${name}, or $$ for a dollar sign")
    }
    return name
  }

  private static func group(_ name: Substring, _ groupNames: [String?], place: Int) throws(SyntaxFlaw) -> Int {
    if let number = Int(name), number <= groupNames.count { return number }
    if let index = groupNames.firstIndex(of: String(name)) { return index + 1 }
    let digits = name.prefix(while: \.isNumber)
    let remedy =
      !digits.isEmpty && digits.count < name.count
      ? "write ${\(digits)}\(name.dropFirst(digits.count)) for group \(digits) before a text" : "it has \(groupNames.count) groups"
    throw SyntaxFlaw(place: place, problem: "the pattern has no group \(name); \(remedy)")
  }

  /// The text with the groups put in; a group that took no part is empty.
  func expand(_ groups: [Substring?]) -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .group(let number): result += groups[number] ?? ""
      }
    }
    return result
  }
}
