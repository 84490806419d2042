public import OCI

/// A tag's part in a release that is asked for: where it is to point, and what it must point at for the release to happen.
public struct ReleaseMove: Hashable, Sendable {
  /// What a tag has to be before a release.
  public enum Expectation: Hashable, Sendable {
    /// Whatever it is.
    case anything
    /// It points at this image.
    case image(Digest)
    /// It points at nothing, or is not there.
    case absent
  }

  /// The tag.
  public let tag: ImageStreamTagName
  /// What it is to point at.
  public let target: TagTarget
  /// What it has to be before.
  public let expectation: Expectation

  /// A part of a release.
  public init(_ tag: ImageStreamTagName, to target: TagTarget, ifNow expectation: Expectation = .anything) {
    self.tag = tag
    self.target = target
    self.expectation = expectation
  }
}
