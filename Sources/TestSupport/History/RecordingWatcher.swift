public import MVCC

/// A watcher that notes each batch when it has it.
public struct RecordingWatcher: Sendable {
  /// Why a session ended.
  public enum End: Sendable {
    /// The watcher had seen enough, having come to a revision.
    case stopped(Revision)
    /// The log was compacted under it; this is the oldest revision that can be watched.
    case compacted(oldest: Revision)
  }

  private let store: RevisionStore
  private let name: String
  private let sink: any HistorySink
  private let range: KeyRange
  private let options: WatchOptions

  /// A watcher of a range, under a name of its own.
  public init(_ store: RevisionStore, name: String, sink: any HistorySink, _ range: KeyRange, _ options: WatchOptions) {
    self.store = store
    self.name = name
    self.sink = sink
    self.range = range
    self.options = options
  }

  /// Watches after a revision until `isEnough` says so of a batch that was noted; asks for progress now and then.
  public func watch(after revision: Revision, _ isEnough: (WatchBatch) async throws -> Bool) async throws -> End {
    try sink.add(.watchBegan(watcher: name, time: MonotonicTime.now, range, options, after: revision))
    let stream = try store.watch(range, after: revision, options: options)
    var iterator = stream.makeAsyncIterator()
    var count = 0
    do {
      while let batch = try await iterator.next() {
        try sink.add(.delivered(watcher: name, time: MonotonicTime.now, batch))
        count += 1
        if count % 5 == 0 { stream.requestProgress() }
        if try await isEnough(batch) { return .stopped(batch.revision) }
      }
      return .stopped(iterator.revision)
    } catch let error as StoreError where error.code == .compacted {
      try sink.add(.watchCompacted(watcher: name, time: MonotonicTime.now))
      return .compacted(oldest: try store.read { $0.compactRevision })
    }
  }

  /// Watches on after a revision, in sessions of as many batches as `sessionLength` says, until a batch goes as far as `goal`.
  public func follow(after revision: Revision, sessionLength: () -> Int, until isDone: (Revision) -> Bool) async throws {
    var position = revision
    while true {
      var remaining = sessionLength()
      let end = try await watch(after: position) { batch in
        remaining -= 1
        return remaining <= 0 || isDone(batch.revision)
      }
      switch end {
      case .stopped(let revision): position = revision
      case .compacted(let oldest): position = oldest - 1
      }
      if isDone(position) || Task.isCancelled { return }
    }
  }

  /// Watches everything, and moves a durable consumer along, so that no compaction comes between; what it notes is the log of the store.
  public static func scribe(_ store: RevisionStore, sink: any HistorySink, after revision: Revision, until isDone: (Revision) -> Bool)
    async throws
  {
    let scribe = RecordingWatcher(store, name: scribeName, sink: sink, .all, WatchOptions(includesPrevious: true))
    let end = try await scribe.watch(after: revision) { batch in
      try await store.setConsumer(scribeName, to: batch.revision)
      return isDone(batch.revision)
    }
    if case .compacted(let oldest) = end { throw InconsistentStore(description: "compacted to \(oldest), past a consumer at \(revision)") }
  }

  /// The name of the scribe among the watchers, and of its consumer.
  public static let scribeName = "scribe"
}
