public import MVCC
internal import OCI

/// A move or removal of a tag, as a watcher sees it.
///
/// What one write does to one tag is one change: a watcher is told where the tag is when the write is done, and its history tells the rest.
public struct TagChange: Hashable, Sendable {
  /// What happened to the tag.
  public enum Kind: Hashable, Sendable {
    /// It points at the image of this event now.
    case moved(TagEvent)
    /// It is gone.
    case removed
    /// An import of it failed; it points where it did.
    case importFailed(ImportCondition)
    /// Automation was about to move it, and a hold or a protection refused; it points where it did.
    case refused(RefusedMove)
    /// It is held now, or held in another way; it points where it did.
    case held(Hold)
    /// Its hold is over; it points where it did.
    case holdEnded(Hold)
  }

  /// The tag.
  public let tag: ImageStreamTagName
  /// The revision of the change.
  public let revision: Revision
  /// What happened.
  public let kind: Kind
  /// What it pointed at before; nil when it is new, or that is compacted.
  public let previous: TagEvent?
  /// Whether the stream delivers no more changes of the same revision. A consumer that stops here goes on after `revision`; one that stops earlier in a
  /// revision goes on after the revision before, and sees this one's changes again.
  public internal(set) var isLastOfRevision = true

  /// The change that an event of the key space stands for; nil when it concerns neither image, import nor hold.
  init?(_ event: Event) throws {
    let before = try event.previous.map { try Tag($0) }
    revision = event.keyValue.modRevision
    previous = before?.newest
    guard event.kind == .put else {
      tag = try ImageStreamTagName(Keyspace.name(event.keyValue.key, after: Keyspace.tags))
      kind = .removed
      return
    }
    let now = try Tag(event.keyValue)
    tag = now.name
    // A tag that is brought back has an event of before its removal.
    if let newest = now.newest, newest.revision == revision || event.isCreation {
      kind = .moved(newest)
    } else if let condition = now.importCondition, !condition.succeeded, condition.revision == revision {
      kind = .importFailed(condition)
    } else if let refused = now.refused, refused.revision == revision {
      kind = .refused(refused)
    } else if let hold = now.hold, hold.revision == revision {
      kind = .held(hold)
    } else if let hold = before?.hold, now.hold == nil {
      kind = .holdEnded(hold)
    } else {
      return nil
    }
  }
}
