internal import LMDB

/// Applies one change of one key to the trees. Writes, restores and whatever else replays changes go through here.
enum TreeWriter {
  /// A change in stored form.
  struct Change {
    let key: [UInt8]
    /// The new version, or nil for a deletion.
    let record: [UInt8]?
    /// The lease of the new version; 0 for none and in a deletion.
    let lease: Int64
    /// The new version's share of the state hash.
    let hash: StateHash
    /// The version that it replaces, or nil.
    let prior: Overlay.Prior?
  }

  /// Moves the prior version to history, sets or removes the live one with its attachment to a lease, and adds the row of the log.
  ///
  /// - Parameter index: the change's place among those of `revision`, from 0.
  static func apply(
    _ change: Change, revision: Revision, index: Int, to transaction: inout WriteTransaction, _ tables: Tables, _ hash: inout StateHash
  ) throws {
    if let prior = change.prior {
      let row = HistoryRow.encode(endRevision: revision, record: prior.bytes)
      try transaction.put(row.span, for: HistoryKey.make(change.key, prior.record.modRevision).span, in: tables.history)
      hash -= prior.record.contentHash(key: change.key, in: prior.bytes.span)
    }
    if let record = change.record {
      try transaction.put(record.span, for: change.key.span, in: tables.current)
      hash += change.hash
    } else {
      _ = try transaction.delete(change.key.span, in: tables.current)
    }
    try LeaseTable(tables).move(change.key, from: change.prior?.record.lease ?? 0, to: change.lease, in: &transaction)
    try appendToLog(change, revision: revision, index: index, to: &transaction, tables)
  }

  static func appendToLog(
    _ change: Change, revision: Revision, index: Int, to transaction: inout WriteTransaction, _ tables: Tables
  ) throws {
    let inline = change.record.flatMap { $0.count <= LogRow.maximumInlineRecordBytes ? $0 : nil }
    let row = LogRow(
      kind: change.record == nil ? .delete : .put, previousRevision: change.prior?.record.modRevision ?? .zero, key: change.key,
      record: inline)
    try transaction.append(row.encode(revision: revision).span, for: LogKey.make(revision, index).span, in: tables.log)
  }

  /// The version of `key` that a change would replace.
  static func prior<T: Transaction & ~Copyable>(_ key: [UInt8], _ transaction: borrowing T, _ lookup: Lookup) throws -> Overlay.Prior? {
    try lookup.current(key, transaction) { bytes in
      Overlay.Prior(record: try Record.decode(bytes, key: key), bytes: [UInt8](copying: bytes))
    }
  }
}
