public import MVCC
public import OCI

/// One move of a tag: from then on it pointed at this image, until the next event.
public struct TagEvent: Hashable, Sendable {
  /// What moved a tag.
  public enum Cause: String, Hashable, Sendable, CaseIterable {
    /// Somebody tagged an image.
    case tag
    /// An import found it at the source.
    case `import`
    /// Somebody went back to an older image.
    case rollback
    /// An image was pushed under the tag.
    case push
    /// The tag that it follows moved.
    case tracking
    /// A policy chose another candidate.
    case policy
    /// It was brought back after a removal.
    case restore
    /// A release moved it together with others.
    case release

    /// Whether no person asked for this one move: holds and protections are for such.
    public var isAutomatic: Bool {
      switch self {
      case .import, .tracking, .policy: true
      case .tag, .rollback, .push, .restore, .release: false
      }
    }
  }

  /// The tag.
  public let tag: ImageStreamTagName
  /// The event's number in the tag's history, from 1; a number is not used again while the tag exists.
  public let sequence: Int64
  /// The image; nil for a reference whose image was not looked up (`TagSpec.isReference`).
  public let image: Digest?
  /// Where the image is, such as `quay.io/shop/web@sha256:…`.
  public let pullSpec: String
  /// When the tag began to point at the image.
  public let created: Timestamp
  /// The store's revision that the event was written in: that of the move, or of the last correction of its pull spec.
  public let revision: Revision
  /// The stream's generation that it answers.
  public let generation: Int64
  /// Who moved it, as they said.
  public let by: String
  /// Why, as they said; may be empty.
  public let because: String
  /// What kind of move it was.
  public let cause: Cause
  /// What it was made from: a tag, a reference, or the event that a rollback repeats.
  public let source: String
  /// The release that moved it together with others; nil when none did.
  public let release: String?
}
