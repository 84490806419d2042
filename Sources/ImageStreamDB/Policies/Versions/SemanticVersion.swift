public import MVCC
internal import OCI

/// A version as Semantic Versioning 2.0.0 defines it: three numbers, and what may follow them, as in `1.4.2-rc.1+build.7`.
///
/// All three numbers must be there: `1.4` is the name of a moving tag more often than a version. A `v` in front is passed over.
/// Versions are equal and ordered by precedence (semver.org, item 11): a pre-release comes before its release, and build metadata does not count.
public struct SemanticVersion: Sendable {
  /// The first number; raised by changes that break users.
  public let major: Int64

  /// The second number; raised by additions.
  public let minor: Int64

  /// The third number; raised by repairs.
  public let patch: Int64

  /// The identifiers after the hyphen, such as `rc` and `1`; empty for a release.
  public let preRelease: [String]

  /// What comes after the plus sign; nil when nothing does.
  public let build: String?

  init(major: Int64, minor: Int64, patch: Int64, preRelease: [String] = [], build: String? = nil) {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.preRelease = preRelease
    self.build = build
  }

  /// The version that the text spells.
  /// - Throws: `StoreError` with code `invalidArgument`, which says what is wrong with it.
  public init(_ text: String) throws(StoreError) {
    do {
      self = try Self.parse(text)
    } catch {
      throw StoreError(.invalidArgument, "\(text.quotedForMessage) is not a semantic version: \(error)", cause: error)
    }
  }

  /// Whether it comes before its release and is meant for those who ask for it.
  public var isPreRelease: Bool { !preRelease.isEmpty }

  /// The largest number that a part may be. One less than the type's largest, because ranges count one up.
  static let maximumNumber = Int64.max - 1

  static func parse(_ text: String) throws(VersionFlaw) -> SemanticVersion {
    var rest = text[...]
    if rest.first == "v" { rest.removeFirst() }
    guard !rest.isEmpty else { throw .empty }
    let (beforeBuild, build) = rest.divided(at: "+")
    let (core, preRelease) = beforeBuild.divided(at: "-")
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    // What does not even begin like a version is told so, rather than how many dots it lacks.
    let major = try number(parts[0], .major)
    guard parts.count == 3 else { throw .partCount(parts.count) }
    return try SemanticVersion(
      major: major, minor: number(parts[1], .minor), patch: number(parts[2], .patch),
      preRelease: preRelease.map { text throws(VersionFlaw) in try identifiers(text, .preRelease) } ?? [],
      build: build.map { text throws(VersionFlaw) in try identifiers(text, .build).joined(separator: ".") })
  }

  static func number(_ text: Substring, _ part: VersionFlaw.Part) throws(VersionFlaw) -> Int64 {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { throw .notANumber(part, String(text)) }
    guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { throw .leadingZero(part, String(text)) }
    guard let number = Int64(text), number <= maximumNumber else { throw .tooLarge(part, String(text)) }
    return number
  }

  static func identifiers(_ text: Substring, _ part: VersionFlaw.Part) throws(VersionFlaw) -> [String] {
    var identifiers: [String] = []
    for identifier in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard !identifier.isEmpty else { throw .emptyIdentifier(part) }
      let isPlain = identifier.utf8.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
      guard isPlain else { throw .identifierCharacter(part, String(identifier)) }
      let isNumber = identifier.utf8.allSatisfy(\.isDigit)
      if part == .preRelease, isNumber, identifier.utf8.count > 1, identifier.utf8.first == UInt8(ascii: "0") {
        throw .leadingZero(part, String(identifier))
      }
      identifiers.append(String(identifier))
    }
    return identifiers
  }
}

extension SemanticVersion: Comparable, Hashable {
  /// Whether neither comes before the other; versions that differ in build metadata alone are equal.
  public static func == (left: SemanticVersion, right: SemanticVersion) -> Bool {
    left.major == right.major && left.minor == right.minor && left.patch == right.patch && left.preRelease == right.preRelease
  }

  public static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    if left.major != right.major { return left.major < right.major }
    if left.minor != right.minor { return left.minor < right.minor }
    if left.patch != right.patch { return left.patch < right.patch }
    guard left.isPreRelease && right.isPreRelease else { return left.isPreRelease && !right.isPreRelease }
    for (one, other) in zip(left.preRelease, right.preRelease) where one != other { return precedes(one, other) }
    return left.preRelease.count < right.preRelease.count
  }

  /// Numbers by value and before words; words byte by byte (semver.org, item 11.4). Numbers here may be of any length.
  private static func precedes(_ one: String, _ other: String) -> Bool {
    switch (one.utf8.allSatisfy(\.isDigit), other.utf8.allSatisfy(\.isDigit)) {
    case (true, true): one.utf8.count != other.utf8.count ? one.utf8.count < other.utf8.count : one < other
    case (true, false): true
    case (false, true): false
    case (false, false): one < other
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(major)
    hasher.combine(minor)
    hasher.combine(patch)
    hasher.combine(preRelease)
  }
}

extension SemanticVersion: CustomStringConvertible {
  /// The version without a `v`, as in `1.4.2-rc.1+build.7`.
  public var description: String {
    "\(major).\(minor).\(patch)" + (isPreRelease ? "-" + preRelease.joined(separator: ".") : "") + (build.map { "+" + $0 } ?? "")
  }
}

extension Substring {
  /// What is before the first such character, and what is after it; nil when there is none.
  func divided(at character: Character) -> (before: Substring, after: Substring?) {
    guard let place = firstIndex(of: character) else { return (self, nil) }
    return (self[..<place], self[index(after: place)...])
  }
}

extension UInt8 {
  /// Whether it is one of the ten digits of ASCII.
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// Whether it is a letter of ASCII.
  var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }
}
