internal import LMDB

/// What a compaction did.
public struct CompactionResult: Hashable, Sendable {
  /// The oldest readable revision now, of the keys that the compaction was for.
  public let compactRevision: Revision

  /// The newest revision; compaction makes none (etcd's header).
  public let revision: Revision

  /// Who kept it from reaching the revision asked for, and how far each has come; empty when it was reached.
  public let heldBackBy: [ConsumerCursor]

  /// Who was further behind than the hold limit allows, and will be told of the gap.
  public let passedBy: [ConsumerCursor]
}

extension RevisionStore {
  /// Drops every version that no revision from `revision` on can see, and the log before it, but for retention classes.
  ///
  /// Reads below `revision` fail with code `compacted` from the moment the first piece is committed; the rest follows in bounded pieces between other
  /// writes. Durable consumers and running backups that have not come as far hold it back up to the hold limit, unless `force` is true: those
  /// that are passed by learn of the gap. Keys of a retention class are kept or dropped by its own policy.
  ///
  /// - Parameter waits: whether to return only once all that was dropped is deleted (etcd's `physical`); otherwise when it is unreadable.
  /// - Throws: `StoreError` with code `compacted` when that was done before, `futureRevision` beyond the newest revision.
  @discardableResult
  public func compact(to revision: Revision, force: Bool = false, waits: Bool = true) async throws -> CompactionResult {
    let (result, isUnfinished) = try await queue.perform { batch in
      try batch.requireSound()
      let state = batch.state
      guard revision <= state.revision else { throw StoreError.futureRevision(revision, newest: state.revision) }
      if revision == .zero, state.compactRevision == .zero, !state.flags.contains(.compactedToZero) {
        // etcd takes 0 once, of a store that was never compacted.
        batch.state.flags.insert(.compactedToZero)
        batch.hasChanges = true
      } else if revision <= state.compactRevision {
        throw StoreError.compacted(revision, oldest: max(state.compactRevision, .initial))
      }
      let result = try batch.compact(0, to: revision, limit: force ? .forced : .standard)
      return (result, batch.state.isCompacting)
    }
    if isUnfinished { try await finish(waits: waits) }
    return result
  }

  /// Drops what is older than `kept` says, of the whole store or of one retention class.
  ///
  /// Does nothing, and is no error, when that was done before. Otherwise as ``compact(to:force:waits:)``.
  ///
  /// - Parameter prefix: that of a retention class; empty for all keys that are in no other class.
  /// - Throws: `StoreError` with code `notFound` when there is no such class, `futureRevision` beyond the newest revision.
  @discardableResult
  public func compact(
    keeping kept: KeptHistory, inClass prefix: [UInt8] = [], force: Bool = false, waits: Bool = true
  ) async throws -> CompactionResult {
    let (result, isUnfinished) = try await queue.perform { batch in
      try batch.requireSound()
      let table = try RetentionTable.load(batch.state, in: batch.store.tables.system, batch.transaction)
      guard let place = table.place(withPrefix: prefix) else { throw StoreError.noRetentionClass(prefix) }
      let revision = try batch.revision(keeping: kept, now: batch.time)
      guard revision <= batch.state.revision else { throw StoreError.futureRevision(revision, newest: batch.state.revision) }
      let result = try batch.compact(place, to: revision, limit: force ? .forced : .standard)
      return (result, batch.state.isCompacting)
    }
    if isUnfinished { try await finish(waits: waits) }
    return result
  }

  private func finish(waits: Bool) async throws {
    if waits { return try await finishCompaction() }
    // The store outlives neither the work nor its own closing: the queue then refuses the next piece.
    Task.detached(priority: .utility) { [self] in try? await finishCompaction() }
  }

  /// Goes on with a compaction that was interrupted; does nothing when there is none.
  public func finishCompaction() async throws { _ = try await continueCompaction(pieces: .max) }

  /// At most so many pieces of a compaction; answers whether any work is left.
  func continueCompaction(pieces: Int) async throws -> Bool {
    for _ in 0..<pieces {
      try Task.checkCancellation()
      let begin = ContinuousClock.now
      guard try await queue.perform({ batch in try Compaction.work(&batch) }) else { return false }
      // Writers have the disk to themselves for as long again.
      try await Task.sleep(for: ContinuousClock.now - begin)
    }
    return true
  }
}

/// How far consumers and backups may hold one compaction back.
enum EffectiveHoldLimit {
  /// Not at all.
  case forced
  /// As the store is configured.
  case standard
  /// As a policy says.
  case limited(HoldLimit)
}

extension Batch {
  /// Publishes a new compact revision of the class at `place`, as far as nobody holds it back.
  mutating func compact(_ place: Int, to revision: Revision, limit: EffectiveHoldLimit) throws -> CompactionResult {
    let before = try RetentionTable.load(state, in: store.tables.system, transaction)
    let old = before.rows[place].compactRevision
    var holders: [ConsumerCursor] = []
    var passed: [ConsumerCursor] = []
    switch limit {
    case .forced: break
    case .standard: (holders, passed) = try CompactionHold.holders(before: revision, store.configuration.holdLimit, &self)
    case .limited(let limit): (holders, passed) = try CompactionHold.holders(before: revision, limit, &self)
    }
    let target = min(revision, holders.map(\.nextRevision).min() ?? revision)
    if target > old {
      var table = before
      table.compact(place, to: target)
      table.settle()
      try table.store(insteadOf: before, &self)
    }
    return CompactionResult(compactRevision: max(target, old), revision: state.revision, heldBackBy: holders, passedBy: passed)
  }

  /// The revision up to which `kept` drops, which may be one that was passed before.
  func revision(keeping kept: KeptHistory, now: Timestamp) throws -> Revision {
    switch kept {
    case .revisions(let count): return max(.zero, state.revision - max(0, min(count, state.revision.rawValue)))
    case .to(let revision): return revision
    case .duration(let age):
      let table = try RetentionTable.load(state, in: store.tables.system, transaction)
      let lowest = max(table.lowestCompactRevision, .initial)
      // What stood at the beginning of the time stays readable, so the commit before it is kept.
      return try CommitTimes.revision(
        notAfter: now - age, from: lowest, through: state.revision, in: store.tables.time, transaction) ?? .zero
    }
  }
}

extension StoreError {
  static func noRetentionClass(_ prefix: [UInt8]) -> StoreError {
    StoreError(
      .notFound, "no keys beginning with \"\(printable(prefix))\" have a retention policy of their own; set one, or list those there are")
  }
}
