public import MVCC

/// One line of a record: what a client did or was told, noted when it happened.
public enum HistoryEntry: Hashable, Sendable {
  /// A call was made.
  case invoked(client: String, number: Int, time: UInt64, StoreRequest)

  /// A call was answered.
  case answered(client: String, number: Int, time: UInt64, StoreAnswer)

  /// A process was seen to be dead; its clients are named after it.
  case died(process: String, time: UInt64)

  /// A watch began.
  case watchBegan(watcher: String, time: UInt64, KeyRange, WatchOptions, after: Revision)

  /// A watch had a batch.
  case delivered(watcher: String, time: UInt64, WatchBatch)

  /// A watch ended because the log was compacted.
  case watchCompacted(watcher: String, time: UInt64)
}

/// Where clients note what they do.
public protocol HistorySink: Sendable {
  /// Notes an entry; when this returns, it survives the death of the process if the sink is a file.
  func add(_ entry: HistoryEntry) throws
}
