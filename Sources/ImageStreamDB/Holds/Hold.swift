public import MVCC
public import OCI

/// What keeps imports, tracking and policies from moving a tag, so that a rollback stays.
///
/// People still move it; their moves leave the hold as it is.
public struct Hold: Hashable, Sendable {
  /// Which automatic moves it refuses, and when it ends by itself.
  public enum Rule: Hashable, Sendable {
    /// All of them, until it is released.
    case pin
    /// Those to this image. The first to another image that the tag does not have already is let through, and ends the hold.
    case skip(Digest)
    /// Those to a version that is not newer than this one by semantic versioning; the first that is newer is let through, and ends the hold.
    case untilNewer(String)
    /// All of them up to a time; after it the hold is over.
    case until(Timestamp)
  }

  /// The rule.
  public let rule: Rule
  /// Who asked for it, as they said.
  public let by: String
  /// Why, as they said.
  public let because: String
  /// Since when.
  public let created: Timestamp
  /// The revision that set it.
  public let revision: Revision
}

/// A hold that is set together with a rollback.
public enum RollbackHold: Hashable, Sendable {
  /// Nothing moves the tag by itself until it is released.
  case pin
  /// The image that is rolled back from is skipped; the next different one is taken.
  case skippingCurrentImage
  /// Nothing moves it before there is a newer version than this one.
  case untilNewer(String)
  /// Nothing moves it before a time.
  case until(Timestamp)

  /// The hold's rule, when the tag is rolled back from `image`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when a reference without an image was to be skipped.
  func rule(from image: Digest?, of tag: ImageStreamTagName) throws(StoreError) -> Hold.Rule {
    switch self {
    case .pin: return .pin
    case .untilNewer(let version): return .untilNewer(version)
    case .until(let time): return .until(time)
    case .skippingCurrentImage:
      guard let image else {
        throw StoreError(.invalidArgument, "tag \(tag) is a reference without a known image, so none can be skipped; hold it with a pin")
      }
      return .skip(image)
    }
  }
}

extension Hold: CustomStringConvertible {
  public var description: String { rule.description }
}

extension Hold.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pin: "pinned"
    case .skip(let image): "skips \(image)"
    case .untilNewer(let version): "until a version newer than \(version)"
    case .until(let time): "until \(time)"
    }
  }
}
