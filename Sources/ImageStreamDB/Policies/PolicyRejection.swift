public import MVCC
public import OCI

/// Why a policy does not choose a tag.
public enum PolicyRejection: Hashable, Sendable {
  /// The filter's pattern matches nowhere in the tag.
  case noMatch(TagPattern)
  /// What the filter takes from the tag is empty.
  case emptyExtract(template: String)
  /// What is ordered is not a semantic version.
  case notSemantic(String, VersionFlaw)
  /// The version is not in the range.
  case outsideRange(SemanticVersion, VersionRange)
  /// The version would be in the range if that named a pre-release.
  case preRelease(SemanticVersion, VersionRange)
  /// What is ordered is not a number.
  case notNumeric(String)
  /// The image is not for the platform asked for.
  case otherPlatform(Platform, has: [Platform])
  /// The store has no image with that digest to ask for its platforms.
  case unknownPlatform(Platform)
  /// The tag has not had its image for long enough; it will have at that time.
  case tooYoung(until: Timestamp)
}

extension PolicyRejection: CustomStringConvertible {
  /// A clause without a subject, such as `does not match ^v1`.
  public var description: String {
    switch self {
    case .noMatch(let pattern): "does not match \(pattern.text.quotedForMessage)"
    case .emptyExtract(let template): "matches, and \(template.quotedForMessage) takes nothing from it"
    case .notSemantic(let text, let flaw): "\(text.quotedForMessage) is not a semantic version: \(flaw)"
    case .outsideRange(let version, let range): "version \(version) is not in the range \(range.description.quotedForMessage)"
    case .preRelease(let version, let range):
      "version \(version) is a pre-release, and the range \(range.description.quotedForMessage) names none; add -0 to one of its versions"
    case .notNumeric(let text): "\(text.quotedForMessage) is not a number"
    case .otherPlatform(let platform, let others):
      "has no image for \(platform); it has \(others.isEmpty ? "none" : others.map(\.description).joined(separator: ", "))"
    case .unknownPlatform(let platform): "its image is not in the store, so that it is not known whether it runs on \(platform); import it"
    case .tooYoung(let until): "has had its image for too short a time; it is old enough at \(until)"
    }
  }
}
