internal import Synchronization

// Invariants:
//   batches holds at most maximumBatches, the newest last, each of at most maximumBatchBytes

/// The batches that watchers of this process read last, for those who stand at the same place: a thousand watchers of one range that wake together
/// decode what they are told once.
///
/// Each still looks at the store's state first, so that nobody is given what is compacted or misses what is newer: a batch is found only by a
/// reader of the same range, from the same revision on, in the same state.
final class RecentBatches: Sendable {
  /// What a batch depends on.
  struct Key: Equatable, Sendable {
    let range: KeyRange
    let after: Revision
    let options: WatchOptions
    /// The newest revision that the reader sees.
    let newest: Revision
    /// The number of the transaction that it sees: it tells apart states that differ only in what is compacted.
    let transaction: Int
  }

  private static let maximumBatches = 16

  /// Larger ones are those of watchers that catch up, each at its own pace.
  private static let maximumBatchBytes = 256 << 10

  private let batches = Mutex<[(key: Key, batch: WatchBatch)]>([])

  func batch(for key: Key) -> WatchBatch? {
    batches.withLock { batches in batches.last { $0.key == key }?.batch }
  }

  func keep(_ batch: WatchBatch, for key: Key) {
    let byteCount = batch.events.reduce(0) { $0 + $1.keyValue.key.count + $1.keyValue.value.count + ($1.previous?.value.count ?? 0) }
    guard !batch.events.isEmpty, byteCount <= Self.maximumBatchBytes else { return }
    batches.withLock { batches in
      if batches.count == Self.maximumBatches { batches.removeFirst() }
      batches.append((key, batch))
    }
  }
}
