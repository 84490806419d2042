public import MVCC
public import OCI

/// An image that a digest leads to, with the times in which tags pointed at it.
public struct ImageUsage: Hashable, Sendable {
  /// How the digest leads to the image.
  public enum Relation: String, Hashable, Sendable, CaseIterable {
    /// It is the image's own.
    case image
    /// It is that of one of the image's layers.
    case layer
    /// It is that of the image's configuration.
    case configuration
    /// The image says that it was built on it: annotation or label `org.opencontainers.image.base.digest`.
    case declaredBase
    /// Its layers are the first ones of the image's.
    case base
  }

  /// The image.
  public let image: Digest
  /// How the digest leads there; when in several ways, the first of them in the order above.
  public let relation: Relation
  /// The platform of the image, when it is in the store and says one.
  public let platform: Platform?
  /// When which tags pointed at it, or at an index that has it; by tag, earliest first.
  public let intervals: [TagInterval]
}

/// A time in which a tag pointed at an image.
public struct TagInterval: Hashable, Sendable {
  /// What ended it.
  public enum End: String, Hashable, Sendable, CaseIterable {
    /// The tag moved on.
    case moved
    /// The tag was removed.
    case removed
  }

  /// The event that began it. Its image is the image that was asked about, or an index that has it.
  public let event: TagEvent
  /// When it ended; nil when it has not, or that is not known any more. Where events in between were pruned and are compacted, when the next one began that is
  /// known.
  public let until: Timestamp?
  /// The revision that ended it.
  public let endRevision: Revision?
  /// What ended it; nil when nothing has.
  public let end: End?

  /// When it began.
  public var from: Timestamp { event.created }
}

extension ImageUsage {
  /// The usage with only those intervals that pass a test.
  public func keeping(_ isKept: (TagInterval) -> Bool) -> ImageUsage {
    ImageUsage(image: image, relation: relation, platform: platform, intervals: intervals.filter(isKept))
  }
}
