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

  /// The change that an event of the key space stands for; nil when it concerns neither image nor import.
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
    if let newest = now.newest, newest.revision == revision {
      kind = .moved(newest)
    } else if let condition = now.importCondition, !condition.succeeded, condition.revision == revision {
      kind = .importFailed(condition)
    } else {
      return nil
    }
  }
}

/// The changes of tags, in order, from a revision on and for ever: a watch that speaks of tags.
///
/// It misses and repeats nothing, whatever happens meanwhile; see `WatchStream`. To resume, ask for the changes after the revision of the last one that was
/// handled, if it was the last of its revision. It throws `StoreError` with code `compacted` when what comes next is gone; read the tags as they are then, and
/// go on after the revision of that read.
public struct TagChangeStream: AsyncSequence, Sendable {
  public typealias Element = TagChange

  let stream: WatchStream

  public func makeAsyncIterator() -> Iterator { Iterator(iterator: stream.makeAsyncIterator()) }

  /// Where one consumer is.
  public struct Iterator: AsyncIteratorProtocol {
    var iterator: WatchStream.Iterator
    var ready: [TagChange] = []

    /// The next change; nil when the task is cancelled or the store closed.
    public mutating func next() async throws -> TagChange? {
      while ready.isEmpty {
        guard let batch = try await iterator.next() else { return nil }
        var changes = try batch.events.compactMap { try TagChange($0) }
        for (index, next) in changes.dropFirst().enumerated() where next.revision == changes[index].revision {
          changes[index].isLastOfRevision = false
        }
        ready = changes.reversed()
      }
      return ready.popLast()
    }
  }
}

extension ImageStore {
  /// The changes of a tag after `revision`; nil means from now on.
  ///
  /// - Throws: `StoreError` with code `closed`.
  public func events(for tag: ImageStreamTagName, after revision: Revision? = nil) throws -> TagChangeStream {
    try events(in: .tag(tag), after: revision)
  }

  /// The changes of the tags of a scope after `revision`; nil means from now on.
  ///
  /// - Throws: `StoreError` with code `closed`.
  public func events(in scope: TagScope, after revision: Revision? = nil) throws -> TagChangeStream {
    TagChangeStream(
      stream: try keyValues.watch(Keyspace.tags(in: scope), after: revision, options: WatchOptions(includesPrevious: true)))
  }
}
