internal import OCI

/// What is wrong with a text, and where.
public struct SyntaxFlaw: Error, Hashable, Sendable, CustomStringConvertible {
  /// The character that it is noticed at, from 1; one past the last at the end.
  public let place: Int

  /// A clause that says what is wrong there.
  public let problem: String

  /// Problem and place.
  public var description: String { "\(problem) (character \(place))" }
}

/// Reads a version range: alternatives, each a row of conditions.
struct VersionRangeParser {
  /// A version of which parts may be left out or be `x`, `X` or `*`.
  private struct PartialVersion {
    var numbers: [Int64] = []
    var preRelease: [String] = []

    var isComplete: Bool { numbers.count == 3 }

    /// The missing parts as zeros.
    var floor: SemanticVersion {
      SemanticVersion(major: self[0], minor: self[1], patch: self[2], preRelease: preRelease)
    }

    /// The lowest version that has one more in that part; nil when the part was left out. Its pre-release `0` is the lowest there is, so that
    /// what is below it has none of its pre-releases.
    func next(_ part: Int) -> SemanticVersion? {
      guard numbers.indices.contains(part) else { return nil }
      return switch part {
      case 0: SemanticVersion(major: self[0] + 1, minor: 0, patch: 0, preRelease: ["0"])
      case 1: SemanticVersion(major: self[0], minor: self[1] + 1, patch: 0, preRelease: ["0"])
      default: SemanticVersion(major: self[0], minor: self[1], patch: self[2] + 1, preRelease: ["0"])
      }
    }

    subscript(part: Int) -> Int64 { part < numbers.count ? numbers[part] : 0 }
  }

  /// Longer ones first, because they begin with shorter ones.
  private static let operators = [">=", "=>", "<=", "=<", "!=", "~>", ">", "<", "=", "~", "^"]

  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  mutating func parse() throws(SyntaxFlaw) -> [VersionRange.Alternative] {
    var alternatives: [VersionRange.Alternative] = []
    repeat { try alternatives.append(alternative()) } while skip("||")
    guard position == characters.count else { throw flaw("\(quote(characters[position])) is not part of a condition") }
    return alternatives
  }

  private mutating func alternative() throws(SyntaxFlaw) -> VersionRange.Alternative {
    var alternative = VersionRange.Alternative()
    skipSpaces()
    while true {
      try condition(into: &alternative)
      let hadSpace = skipSpaces()
      if isAtEnd || next("||") { return alternative }
      let hadComma = skip(",")
      if hadComma { skipSpaces() }
      guard hadSpace || hadComma else { throw flaw("two conditions touch; put a space between them") }
    }
  }

  private mutating func condition(into alternative: inout VersionRange.Alternative) throws(SyntaxFlaw) {
    let sign = Self.operators.first { next($0) }
    if let sign { position += sign.count }
    skipSpaces()
    let version = try partialVersion()
    if !version.preRelease.isEmpty { alternative.namesPreRelease = true }
    if sign == nil, let upper = try upperEnd() {
      if !upper.preRelease.isEmpty { alternative.namesPreRelease = true }
      alternative.conditions.append(.atLeast(version.floor))
      alternative.conditions += atMost(upper)
      return
    }
    switch sign {
    case nil, "=":
      alternative.conditions += version.isComplete ? [.exactly(version.floor)] : within(version, part: version.numbers.count - 1)
    case "!=": try alternative.conditions.append(not(version))
    case ">": alternative.conditions.append(above(version))
    case ">=", "=>": alternative.conditions.append(.atLeast(version.floor))
    case "<": alternative.conditions.append(.below(version.floor))
    case "<=", "=<": alternative.conditions += atMost(version)
    case "^": alternative.conditions += within(version, part: caretPart(version))
    default: alternative.conditions += within(version, part: min(version.numbers.count - 1, 1))
    }
  }

  // MARK: What the operators mean

  /// From the version up to the next one in that part.
  private func within(_ version: PartialVersion, part: Int) -> [VersionRange.Condition] {
    guard let next = version.next(part) else { return [.atLeast(version.floor)] }
    return [.atLeast(version.floor), .below(next)]
  }

  /// The first part that is not zero, or the last that is given.
  private func caretPart(_ version: PartialVersion) -> Int {
    version.numbers.firstIndex { $0 > 0 } ?? version.numbers.count - 1
  }

  private func above(_ version: PartialVersion) -> VersionRange.Condition {
    if version.isComplete { return .above(version.floor) }
    return version.next(version.numbers.count - 1).map { .atLeast($0) } ?? .never
  }

  private func atMost(_ version: PartialVersion) -> [VersionRange.Condition] {
    if version.isComplete { return [.atMost(version.floor)] }
    return version.next(version.numbers.count - 1).map { [.below($0)] } ?? []
  }

  private func not(_ version: PartialVersion) throws(SyntaxFlaw) -> VersionRange.Condition {
    if version.isComplete { return .not(version.floor) }
    guard version.preRelease.isEmpty else {
      throw flaw("!= names a pre-release of a version that has parts left out; write all three numbers")
    }
    guard let next = version.next(version.numbers.count - 1) else { return .never }
    return .outside(SemanticVersion(major: version[0], minor: version[1], patch: 0, preRelease: ["0"]), next)
  }

  // MARK: Reading

  /// The version after a hyphen with spaces around it, or nil with nothing read.
  private mutating func upperEnd() throws(SyntaxFlaw) -> PartialVersion? {
    let before = position
    guard skipSpaces(), skip("-"), skipSpaces() else {
      position = before
      return nil
    }
    return try partialVersion()
  }

  private mutating func partialVersion() throws(SyntaxFlaw) -> PartialVersion {
    let start = position
    while position < characters.count, characters[position].isVersionCharacter { position += 1 }
    let text = String(characters[start..<position])
    guard !text.isEmpty else {
      throw flaw(isAtEnd ? "a version is missing" : "a version is missing before \(quote(characters[position]))")
    }
    func refuse(_ problem: String) -> SyntaxFlaw { SyntaxFlaw(place: start + 1, problem: problem) }
    let (beforeBuild, _) = (text.first == "v" ? text.dropFirst() : text[...]).divided(at: "+")
    let (core, preRelease) = beforeBuild.divided(at: "-")
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { throw refuse("\(text) has more than three parts") }
    var version = PartialVersion()
    var isOpen = true
    do {
      for (part, name) in zip(parts, [VersionFlaw.Part.major, .minor, .patch]) {
        if ["x", "X", "*"].contains(part) {
          isOpen = false
        } else {
          let number = try SemanticVersion.number(part, name)
          if isOpen { version.numbers.append(number) }
        }
      }
      if let preRelease { version.preRelease = try SemanticVersion.identifiers(preRelease, .preRelease) }
    } catch {
      throw refuse("\(text) is not a version: \(error)")
    }
    return version
  }

  private var isAtEnd: Bool { position == characters.count }

  private func next(_ text: String) -> Bool { characters[position...].starts(with: text) }

  private mutating func skip(_ text: String) -> Bool {
    guard next(text) else { return false }
    position += text.count
    return true
  }

  @discardableResult
  private mutating func skipSpaces() -> Bool {
    let start = position
    while position < characters.count, characters[position] == " " || characters[position] == "\t" { position += 1 }
    return position > start
  }

  private func flaw(_ problem: String) -> SyntaxFlaw { SyntaxFlaw(place: position + 1, problem: problem) }

  private func quote(_ character: Character) -> String { String(character).quotedForMessage }
}

extension Character {
  /// Whether a version in a range may have it. An asterisk stands for a part, not for characters.
  fileprivate var isVersionCharacter: Bool {
    guard let byte = asciiValue else { return false }
    return byte.isDigit || byte.isLetter || ".*+-".utf8.contains(byte)
  }
}
