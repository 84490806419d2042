/// The changes of a range, in order, from a revision on and for ever: a cursor into the log.
///
/// It never misses, repeats or splits a revision. Nothing is buffered for it: a slow consumer falls behind in the log and catches up in batches.
/// It ends when its task is cancelled or the store is closed, and throws `StoreError` with code `compacted` when what it should read next is gone.
public struct WatchStream: AsyncSequence, Sendable {
  public typealias Element = WatchBatch

  let store: RevisionStore
  let range: KeyRange
  let start: Revision
  let options: WatchOptions

  public func makeAsyncIterator() -> Iterator { Iterator(stream: self, position: start) }

  /// Where one consumer is.
  public struct Iterator: AsyncIteratorProtocol {
    let stream: WatchStream
    var position: Revision

    /// Everything up to here was delivered, or does not concern the range.
    public var revision: Revision { position }

    /// The next events; nil when the task is cancelled or the store closed.
    public mutating func next() async throws -> WatchBatch? {
      while !Task.isCancelled {
        let batch: WatchBatch
        do {
          batch = try stream.store.events(in: stream.range, after: position, options: stream.options)
        } catch let error as StoreError where error.code == .closed {
          return nil
        }
        let hasMoved = batch.revision > position
        position = batch.revision
        if !batch.events.isEmpty { return batch }
        if !hasMoved { await stream.store.signal.wait(after: position) }
      }
      return nil
    }
  }
}

extension RevisionStore {
  /// The changes of `range` after `revision`; nil means from now on.
  ///
  /// A revision in the future delivers only what comes after it.
  public func watch(_ range: KeyRange, after revision: Revision? = nil, options: WatchOptions = WatchOptions()) throws -> WatchStream {
    doorbell?.listen()
    return WatchStream(store: self, range: range, start: try revision ?? self.revision(), options: options)
  }

  /// One bounded read of the log: the events of `range` after `revision` that are there now.
  ///
  /// `revision` of the answer tells how far it reaches; ask again from there until it does not move any more.
  /// - Throws: `StoreError` with code `compacted` when the log does not reach back that far.
  public func events(in range: KeyRange, after revision: Revision, options: WatchOptions = WatchOptions()) throws -> WatchBatch {
    try StoreError.translating(path) { try WatchLog.read(range, after: revision, options, parts) }
  }
}
