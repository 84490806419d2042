internal import MVCC
public import OCI

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
  /// The other tags of the trigger's scope that the same release moved: one firing for all of them. Empty when no release moved the tag.
  public let companions: [TagEvent]

  /// The tag.
  public var tag: ImageStreamTagName { event.tag }
  /// The image; nil for a reference that was not looked up.
  public var image: Digest? { event.image }
  /// Where the image is, by digest.
  public var pullSpec: String { event.pullSpec }
}
