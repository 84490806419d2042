public import MVCC

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
