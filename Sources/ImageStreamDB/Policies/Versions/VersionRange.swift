public import MVCC
internal import OCI

/// A set of versions, in the syntax that npm and Masterminds' semver share: `>=1.2 <2`, `^1.4`, `~1.4.2`, `1.x`, `1.2 - 1.4`, `<1 || >=3`.
///
///     1.4.2  =1.4.2     that version                    !=1.4.2       any but that
///     1.4    1.4.x      >=1.4.0 <1.5.0                  !=1.4         any but those
///     >1.4              >=1.5.0                         <=1.4         <1.5.0
///     ~1.4.2 ~>1.4.2    >=1.4.2 <1.5.0                  ~1            >=1.0.0 <2.0.0
///     ^1.4.2            >=1.4.2 <2.0.0                  ^0.4.2        >=0.4.2 <0.5.0
///     ^0.0.3            >=0.0.3 <0.0.4                  1.2 - 1.4     >=1.2.0 <1.5.0
///     *                 any release                     *-0           any, pre-releases too
///
/// Conditions beside each other, or with a comma between them, must all hold; `||` parts alternatives. Pre-releases are left out of an
/// alternative unless one of its conditions names a pre-release; then any pre-release of any version can be in it. That is the rule of
/// Masterminds' semver 3.4, which Flux follows; npm lets in only those of the very version that is named.
public struct VersionRange: Hashable, Sendable {
  /// Whether a version is in the range, and why not.
  enum Membership: Hashable {
    case inside
    /// It would be if the range named a pre-release.
    case preReleaseNotNamed
    case outside
  }

  enum Condition: Hashable {
    case exactly(SemanticVersion)
    case not(SemanticVersion)
    case atLeast(SemanticVersion)
    case above(SemanticVersion)
    case atMost(SemanticVersion)
    case below(SemanticVersion)
    /// Outside of a half-open range.
    case outside(SemanticVersion, SemanticVersion)
    case never

    func holds(for version: SemanticVersion) -> Bool {
      switch self {
      case .exactly(let bound): version == bound
      case .not(let bound): version != bound
      case .atLeast(let bound): version >= bound
      case .above(let bound): version > bound
      case .atMost(let bound): version <= bound
      case .below(let bound): version < bound
      case .outside(let lower, let upper): version < lower || version >= upper
      case .never: false
      }
    }
  }

  struct Alternative: Hashable {
    var conditions: [Condition] = []
    var namesPreRelease = false
  }

  /// The longest text of a range, in bytes. It bounds the conditions that a version is held against.
  public static let maximumTextBytes = 512

  private let text: String
  private let alternatives: [Alternative]

  /// The range that the text spells.
  /// - Throws: `StoreError` with code `invalidArgument`, which names the place, and `tooLarge` beyond `maximumTextBytes`.
  public init(_ text: String) throws(StoreError) {
    guard text.utf8.count <= Self.maximumTextBytes else {
      throw StoreError(
        .tooLarge, "a version range of \(text.utf8.count) bytes is too long; the limit is \(Self.maximumTextBytes), so shorten it")
    }
    self.text = text
    do {
      var parser = VersionRangeParser(text)
      alternatives = try parser.parse()
    } catch {
      throw StoreError(
        .invalidArgument,
        "\(text.quotedForMessage) is not a version range: at character \(error.place), \(error.problem); write as in >=1.2 <2, ^1.4 or 1.x",
        cause: error)
    }
  }

  /// Whether the version is in the range.
  public func contains(_ version: SemanticVersion) -> Bool { membership(of: version) == .inside }

  func membership(of version: SemanticVersion) -> Membership {
    var wouldBeInside = false
    for alternative in alternatives where alternative.conditions.allSatisfy({ $0.holds(for: version) }) {
      if !version.isPreRelease || alternative.namesPreRelease { return .inside }
      wouldBeInside = true
    }
    return wouldBeInside ? .preReleaseNotNamed : .outside
  }
}

extension VersionRange: CustomStringConvertible {
  /// The range as it was written.
  public var description: String { text }
}
