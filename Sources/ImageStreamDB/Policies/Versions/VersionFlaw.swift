internal import OCI

/// Why a text is not a semantic version.
public enum VersionFlaw: Error, Hashable, Sendable {
  /// A piece of a version.
  public enum Part: String, Hashable, Sendable {
    case major
    case minor
    case patch
    case preRelease = "pre-release"
    case build
  }

  /// There is nothing after the optional `v`.
  case empty
  /// So many numbers between dots, where three are meant.
  case partCount(Int)
  /// That part has other characters than digits, or none.
  case notANumber(Part, String)
  /// That number begins with a zero that says nothing.
  case leadingZero(Part, String)
  /// That number is beyond 2⁶³ − 2.
  case tooLarge(Part, String)
  /// Two dots meet, or one is at an end.
  case emptyIdentifier(Part)
  /// That identifier has other characters than letters, digits and hyphens.
  case identifierCharacter(Part, String)
}

extension VersionFlaw: CustomStringConvertible {
  /// A clause that begins with "it".
  public var description: String {
    switch self {
    case .empty: "it is empty; a version is major.minor.patch, as in 1.4.2"
    case .partCount(let count):
      "it has \(Self.words[min(count, Self.words.count - 1)]); semver has three, major.minor.patch"
    case .notANumber(.major, let text) where text.isEmpty: "it does not begin with a number; a version is major.minor.patch, as in 1.4.2"
    case .notANumber(.major, let text):
      "it begins with \(text.quotedForMessage), which is not a number; a version is major.minor.patch, as in 1.4.2"
    case .notANumber(let part, let text): "its \(part.rawValue) part is \(text.quotedForMessage), which is not a number"
    case .leadingZero(.preRelease, let text):
      "its pre-release number \(text.quotedForMessage) has a leading zero, which semver does not allow"
    case .leadingZero(let part, let text):
      "its \(part.rawValue) part is \(text.quotedForMessage), and semver allows no leading zero; "
        + "for dates choose numeric or alphabetical order"
    case .tooLarge(let part, let text):
      "its \(part.rawValue) part \(text.quotedForMessage) is too large; the limit is \(SemanticVersion.maximumNumber)"
    case .emptyIdentifier(let part): "its \(part.rawValue) part has an empty identifier; give each one character at least"
    case .identifierCharacter(let part, let text):
      "its \(part.rawValue) part has \(text.quotedForMessage); letters, digits and hyphens are allowed"
    }
  }

  private static let words = ["no part", "one part", "two parts", "three parts", "four parts", "five parts", "more than five parts"]
}
