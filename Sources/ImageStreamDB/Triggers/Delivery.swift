public import MVCC
public import OCI

/// How a trigger stands with one tag. It goes when the tag is removed.
public struct Delivery: Hashable, Sendable {
  /// The tag.
  public let tag: ImageStreamTagName
  /// The pull spec that the handler last succeeded with; nil when it never has.
  public let deliveredPullSpec: String?
  /// The image of that.
  public let deliveredImage: Digest?
  /// The pull spec of the last attempt.
  public let attemptedPullSpec: String
  /// The revision of the event that the last attempt was for.
  public let revision: Revision
  /// When that was.
  public let time: Timestamp
  /// Failed attempts in a row for the present image; 0 after a success.
  public let attempts: Int
  /// Why the last attempt failed; nil after a success.
  public let error: String?
  /// Whether the image was given up after too many attempts. The next move of the tag is tried again.
  public let isDead: Bool
}
