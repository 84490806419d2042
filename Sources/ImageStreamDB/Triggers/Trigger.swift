public import MVCC
public import OCI

/// A durable wish to be told when tags move: a name, the tags, and what to do.
public struct Trigger: Hashable, Sendable {
  /// 1 to 63 lower-case letters, digits and inner hyphens.
  public let name: String
  /// The tags it is about.
  public let scope: TagScope
  /// The command and its arguments, for triggers that `isdb trigger run` executes; empty for those of a program.
  public let command: [String]
  /// When it was added.
  public let created: Timestamp
  /// Attempts after which an image is given up for a tag; 0 means never.
  public let maximumAttempts: Int
}

/// How a trigger stands with one tag.
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

/// What a handler is told: a tag points at something else than when the handler last succeeded.
public struct TriggerEvent: Hashable, Sendable {
  /// The trigger.
  public let trigger: String
  /// The tag's newest event. Moves in between are left out: the latest image is what counts.
  public let event: TagEvent
  /// The image that the handler last succeeded with; nil when it never has.
  public let previousImage: Digest?
  /// Which attempt this is, from 1.
  public let attempt: Int

  /// The tag.
  public var tag: ImageStreamTagName { event.tag }
  /// The image.
  public var image: Digest { event.image }
  /// Where the image is, by digest.
  public var pullSpec: String { event.pullSpec }
}
