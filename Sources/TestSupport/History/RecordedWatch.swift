public import MVCC

/// What one watcher was told, over all its sessions: it resumes after the last batch that it had, and starts anew where the log was compacted.
public struct RecordedWatch: Sendable {
  /// Who watched.
  public var watcher: String

  /// In the order in which they were begun.
  public var sessions: [Session]

  /// One uninterrupted stream of batches.
  public struct Session: Sendable {
    /// The keys watched.
    public var range: KeyRange

    /// What was asked for.
    public var options: WatchOptions

    /// The watch began after this revision.
    public var after: Revision

    /// When it began.
    public var began: UInt64

    /// What came, in order.
    public var deliveries: [Delivery] = []

    /// When it ended because the log was compacted; nil when it ended otherwise.
    public var compacted: UInt64?

    /// A session that has just begun.
    public init(range: KeyRange, options: WatchOptions, after: Revision, began: UInt64) {
      self.range = range
      self.options = options
      self.after = after
      self.began = began
    }

    /// Everything up to here was delivered.
    public var position: Revision { deliveries.last?.batch.revision ?? after }
  }

  /// One batch.
  public struct Delivery: Sendable {
    /// When it came.
    public var time: UInt64

    /// What came.
    public var batch: WatchBatch

    /// A batch that came at that time.
    public init(time: UInt64, batch: WatchBatch) {
      self.time = time
      self.batch = batch
    }
  }

  /// A watcher that has not begun.
  public init(watcher: String, sessions: [Session] = []) {
    self.watcher = watcher
    self.sessions = sessions
  }
}
