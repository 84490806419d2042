internal import LMDB

// Invariants:
//   a class's compact revision only grows, and is published in the first transaction of a compaction, before anything is deleted
//   rows of the log from the compact revision of their key's class on are kept, so that a watch can start at it
//   a version whose end revision is at most the compact revision of its key's class is invisible, whether already deleted or not

/// Dropping versions that nobody can read any more, a bounded piece with each batch.
///
/// The log is the work list: each change below the compact revision names the version it replaced. The work is in proportion to the number of
/// revisions passed over, whatever the number of live keys, and `current` is never touched. It is resumed after a crash by the first write. Each
/// retention class is compacted by itself and leaves the rows of the others where they are.
enum Compaction {
  /// Rows of the log deleted in one transaction: with versions of random keys about 30 dirty pages, 120 KB, which writers in the same batch wait for.
  static let maximumRowsPerBatch = 16

  /// Rows looked at in one transaction when most belong to other classes: about 1 ms of reading.
  static let maximumRowsRead = 4096

  /// Takes part in a batch that is going to be committed anyway, or one that `RevisionStore.compact` asked for.
  static func step(_ batch: inout Batch) throws {
    guard batch.state.isCompacting, batch.hasChanges, !batch.hasCompacted else { return }
    try work(&batch)
  }

  /// One bounded piece of work; answers whether any is left.
  @discardableResult
  static func work(_ batch: inout Batch) throws -> Bool {
    guard batch.state.isCompacting else { return false }
    let tables = batch.store.tables
    let before = try RetentionTable.load(batch.state, in: tables.system, batch.transaction)
    var table = before
    if let place = table.rows.firstIndex(where: \.isCompacting) {
      let piece = try piece(of: place, in: table, batch)
      for row in piece.rows {
        if row.previous > .zero {
          _ = try batch.transaction.delete(HistoryKey.make(row.key, row.previous).span, in: tables.history)
        }
        if row.revision < table.rows[place].compactRevision {
          _ = try batch.transaction.delete(LogKey.make(row.revision, row.index).span, in: tables.log)
        }
      }
      for key in piece.times { _ = try batch.transaction.delete(key.span, in: tables.time) }
      table.progress(place, to: piece.progress)
    }
    table.settle()
    try table.store(insteadOf: before, &batch)
    batch.hasCompacted = true
    return batch.state.isCompacting
  }

  private struct Piece {
    var rows: [(revision: Revision, index: Int, key: [UInt8], previous: Revision)] = []
    var times: [[UInt8]] = []
    var progress: Revision
  }

  /// The oldest rows of the log that the class at `place` drops, and the commit times that nobody can ask for any more.
  private static func piece(of place: Int, in table: RetentionTable, _ batch: borrowing Batch) throws -> Piece {
    let limit = table.rows[place].compactRevision
    var piece = Piece(progress: limit)
    var read = 0
    let start = LogKey.make(table.rows[place].progress, 0)
    try batch.transaction.withCursor(on: batch.store.tables.log) { cursor in
      var last = Revision.zero
      var isThere = try cursor.seek(toAtLeast: start.span)
      while isThere {
        guard let position = LogKey.parse(cursor.key) else { throw StoreError.corruptLog(limit) }
        guard position.revision <= limit else { return }
        // The rows of the compact revision itself stay, so they are done in one piece, which is no larger than the write they come from. Rows of
        // other classes stay too, so a piece that ends for having read many must end between revisions to come further.
        let isFull = piece.rows.count >= maximumRowsPerBatch || (read >= maximumRowsRead && position.revision != last)
        if isFull, position.revision != limit {
          piece.progress = position.revision
          return
        }
        last = position.revision
        read += 1
        let row = try LogRow.decode(cursor.value, revision: position.revision)
        if table.place(of: row.key) == place {
          piece.rows.append((position.revision, position.index, row.key, row.previousRevision))
        }
        isThere = try cursor.next()
      }
    }
    let oldest = table.lowestCompactRevision
    try batch.transaction.withCursor(on: batch.store.tables.time) { cursor in
      var isThere = try cursor.first()
      while isThere, let revision = TimeRow.revision(cursor.key), revision < oldest {
        guard piece.times.count < maximumRowsRead else {
          // So that the compaction is not done before they are: the rows of the limit are then gone through once more, to no effect.
          if piece.progress == limit { piece.progress = limit - 1 }
          return
        }
        piece.times.append([UInt8](copying: cursor.key))
        isThere = try cursor.next()
      }
    }
    return piece
  }
}
