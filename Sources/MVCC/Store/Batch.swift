internal import LMDB

// Invariants:
//   state is what the open transaction holds, but for the state record itself, which `commit` writes
//   state.revision == committedRevision + number of jobs of this batch that changed something

/// One LMDB transaction in the making: the writes of many callers, each with its own revision, that become durable together.
struct Batch: ~Copyable {
  var transaction: WriteTransaction
  var state: StateRecord
  /// Whether there is anything to commit.
  var hasChanges = false
  /// Whether a piece of compaction took place: one is enough for those who wait.
  var hasCompacted = false
  /// What the puts of this batch count for against the quota.
  var putBytes = 0
  let time: Timestamp
  let coder: ValueCoder
  let store: StoreParts
  private let committedRevision: Revision

  init(_ store: StoreParts) throws {
    var transaction = try store.environment.makeWriteTransaction()
    let state = try store.lookup.state(transaction)
    // Before anything is added, so that what the coder takes for stored is committed.
    let coder = try store.coder(for: transaction)
    try store.addMissingDictionaries(to: &transaction)
    self.state = state
    self.coder = coder
    time = max(store.clock(), state.time)
    committedRevision = state.revision
    self.store = store
    self.transaction = transaction
  }

  /// Writes what numbers the batch and makes all of it durable; answers the revision that is then the newest.
  ///
  /// A batch without changes costs no sync: its transaction is given up.
  consuming func commit() throws -> Revision {
    guard hasChanges else { return state.revision }
    state.transaction = transaction.id
    state.flags.insert(.hasLog)
    let stateKey = Schema.stateKey
    if state.revision > committedRevision {
      let key = [UInt8].bigEndian(state.revision.rawValue)
      try transaction.append(TimeRow.encode(state.time).span, for: key.span, in: store.tables.time)
    }
    try transaction.put(state.encode().span, for: stateKey.span, in: store.tables.main)
    let revision = state.revision
    let store = store
    try transaction.commit()
    store.noteDictionariesCommitted()
    return revision
  }
}
