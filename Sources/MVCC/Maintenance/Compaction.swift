internal import LMDB

// Invariants:
//   state.compactRevision only grows, and is published in the first transaction of a compaction, before anything is deleted
//   rows of the log from compactRevision on are kept, so that a watch can start at it
//   a version whose end revision is at most compactRevision is invisible, whether already deleted or not

/// What a compaction did.
public struct CompactionResult: Hashable, Sendable {
  /// The oldest readable revision now.
  public let compactRevision: Revision

  /// Who kept it from reaching the revision asked for, and how far each has come; empty when it was reached.
  public let heldBackBy: [ConsumerCursor]
}

/// Dropping versions that nobody can read any more, a bounded piece with each batch.
///
/// The log is the work list: each change below the compact revision names the version it replaced. The work is in proportion to the number of
/// revisions dropped, whatever the number of live keys, and `current` is never touched. It is resumed after a crash by the first write.
enum Compaction {
  /// Rows of the log handled in one transaction. About 400 pages freed at once keep LMDB's free list record inside one page.
  static let maximumRowsPerBatch = 256

  /// Takes part in a batch that is going to be committed anyway, or one that `RevisionStore.compact` asked for.
  static func step(_ batch: inout Batch) throws {
    guard batch.state.isCompacting, batch.hasChanges else { return }
    try work(&batch)
  }

  /// One bounded piece of work; answers whether any is left.
  @discardableResult
  static func work(_ batch: inout Batch) throws -> Bool {
    guard batch.state.isCompacting else { return false }
    let tables = batch.store.tables
    let rows = try doomed(&batch)
    for row in rows.rows {
      if row.previous > .zero {
        _ = try batch.transaction.delete(HistoryKey.make(row.key, row.previous).span, in: tables.history)
      }
      if row.revision < batch.state.compactRevision {
        _ = try batch.transaction.delete(LogKey.make(row.revision, row.index).span, in: tables.log)
      }
    }
    for key in rows.times { _ = try batch.transaction.delete(key.span, in: tables.time) }
    batch.state.compactionProgress = rows.isLast ? batch.state.compactRevision : rows.rows.last?.revision ?? batch.state.compactRevision
    batch.hasChanges = true
    return batch.state.isCompacting
  }

  private struct Doomed {
    var rows: [(revision: Revision, index: Int, key: [UInt8], previous: Revision)] = []
    var times: [[UInt8]] = []
    var isLast = true
  }

  /// The oldest rows of the log up to the compact revision, and the commit times that only they needed.
  private static func doomed(_ batch: inout Batch) throws -> Doomed {
    var doomed = Doomed()
    let limit = batch.state.compactRevision
    try batch.transaction.withCursor(on: batch.store.tables.log) { cursor in
      var isThere = try cursor.first()
      while isThere {
        guard let place = LogKey.parse(cursor.key) else { throw StoreError.corruptLog(limit) }
        guard place.revision <= limit else { return }
        // The rows of the compact revision itself stay, so they are done in one piece, which is no larger than the write they come from.
        guard doomed.rows.count < maximumRowsPerBatch || place.revision == limit else {
          doomed.isLast = false
          return
        }
        let row = try LogRow.decode(cursor.value, revision: place.revision)
        doomed.rows.append((place.revision, place.index, row.key, row.previousRevision))
        isThere = try cursor.next()
      }
    }
    let timeLimit = doomed.isLast ? limit : doomed.rows.last?.revision ?? limit
    try batch.transaction.withCursor(on: batch.store.tables.time) { cursor in
      var isThere = try cursor.first()
      while isThere, doomed.times.count < maximumRowsPerBatch, let revision = TimeRow.revision(cursor.key), revision < timeLimit {
        doomed.times.append([UInt8](copying: cursor.key))
        isThere = try cursor.next()
      }
    }
    return doomed
  }
}

extension RevisionStore {
  /// Drops every version that no revision from `revision` on can see, and the log before it.
  ///
  /// Reads below `revision` fail with code `compacted` from the moment the first piece is committed; the rest follows in bounded pieces between other
  /// writes. Durable consumers and running backups that have not come as far hold it back, unless `force` is true: those then learn of the gap.
  ///
  /// - Throws: `StoreError` with code `compacted` when that was done before, `futureRevision` beyond the newest revision.
  @discardableResult
  public func compact(to revision: Revision, force: Bool = false) async throws -> CompactionResult {
    let (result, isUnfinished) = try await queue.perform { batch in
      let state = batch.state
      guard revision <= state.revision else { throw StoreError.futureRevision(revision, newest: state.revision) }
      guard revision > state.compactRevision else { throw StoreError.compacted(revision, oldest: max(state.compactRevision, .initial)) }
      let holders = force ? [] : try CompactionHold.holders(before: revision, &batch)
      let target = min(revision, holders.map(\.nextRevision).min() ?? revision)
      if target > state.compactRevision {
        batch.state.compactRevision = target
        batch.hasChanges = true
      }
      return (
        CompactionResult(compactRevision: max(target, state.compactRevision), heldBackBy: holders), batch.state.isCompacting
      )
    }
    if isUnfinished { try await finishCompaction() }
    return result
  }

  /// Goes on with a compaction that was interrupted; does nothing when there is none.
  public func finishCompaction() async throws {
    while try await queue.perform({ batch in try Compaction.work(&batch) }) {
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}
