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
  private let requests: ProgressRequests

  init(store: RevisionStore, range: KeyRange, start: Revision, options: WatchOptions) {
    self.store = store
    self.range = range
    self.start = start
    self.options = options
    requests = ProgressRequests(store.signal)
  }

  /// Has the stream tell how far it is, by a batch without events, as soon as everything before is delivered.
  ///
  /// A watch that begins in the future has no progress to tell before its beginning; the wish is then dropped (etcd's `WatchProgressRequest`).
  public func requestProgress() { requests.request() }

  public func makeAsyncIterator() -> Iterator { Iterator(stream: self, position: start) }

  /// Where one consumer is.
  public struct Iterator: AsyncIteratorProtocol {
    let stream: WatchStream
    var position: Revision
    private var lastDelivery = ContinuousClock.now

    init(stream: WatchStream, position: Revision) {
      self.stream = stream
      self.position = position
    }

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
        if !batch.events.isEmpty || !hasMoved && isProgressDue(batch) {
          lastDelivery = .now
          return batch
        }
        let deadline = stream.options.progressInterval.map { lastDelivery + $0 }
        if !hasMoved { await stream.store.signal.wait(after: position, or: stream.requests, until: deadline) }
      }
      return nil
    }

    /// Whether a batch without events, after which nothing is outstanding, is to be delivered.
    private mutating func isProgressDue(_ batch: WatchBatch) -> Bool {
      let isRequested = stream.requests.take()
      guard position <= batch.storeRevision else {
        // Nothing is to be told before the watch's beginning; the interval starts over.
        lastDelivery = .now
        return false
      }
      guard let interval = stream.options.progressInterval else { return isRequested }
      return isRequested || ContinuousClock.now - lastDelivery >= interval
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
