internal import LMDB

extension RevisionStore {
  /// The retention classes, and the policy of the whole store, by prefix; the first, with the empty prefix, is always there.
  public func retentionClasses() throws -> [RetentionClass] {
    try StoreError.translating(path) {
      let snapshot = try parts.beginRead()
      let table = try RetentionTable.loadAll(snapshot.state, in: parts.tables.system, snapshot.transaction)
      return table.rows.map { row in
        RetentionClass(prefix: row.prefix, policy: row.policy, compactRevision: row.compactRevision, isCompacting: row.isCompacting)
      }
    }
  }

  /// Sets how much history is kept of the keys with a prefix, durably and for every process; `applyRetention` drops the rest.
  ///
  /// - Parameter prefix: makes a class of these keys, unless there is one; empty for all keys that are in no class.
  /// - Throws: `StoreError` with code `invalidArgument` for negative limits, `tooLarge` for a long prefix or too many classes.
  public func setRetention(_ policy: RetentionPolicy, forPrefix prefix: [UInt8] = []) async throws {
    guard policy.isPossible else {
      throw StoreError(.invalidArgument, "a retention policy has a negative limit; write 0 or more revisions and a time of 0 or longer")
    }
    if !prefix.isEmpty { try StoreLimits.check(key: prefix) }
    try await queue.perform { batch in
      let before = try RetentionTable.loadAll(batch.state, in: batch.store.tables.system, batch.transaction)
      var table = before
      try table.set(policy, forPrefix: prefix)
      try table.store(insteadOf: before, &batch)
    }
  }

  /// Removes a policy, and with it the class: its keys come under that of the class around them, once both are compacted equally far.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such policy.
  public func removeRetention(forPrefix prefix: [UInt8] = []) async throws {
    try await queue.perform { batch in
      let before = try RetentionTable.loadAll(batch.state, in: batch.store.tables.system, batch.transaction)
      var table = before
      guard let place = table.place(withPrefix: prefix), table.rows[place].policy != nil else { throw StoreError.noRetentionClass(prefix) }
      table.removePolicy(place)
      table.settle()
      try table.store(insteadOf: before, &batch)
    }
  }

  /// Drops what the policies do not keep: what a keeper does every now and then.
  ///
  /// What is dropped is unreadable when this returns; it is deleted in pieces with the next writes and calls, at most `maximumPieces` here.
  ///
  /// - Parameter now: the time that ages count back from; nil is that of the clock.
  /// - Returns: what was done, by prefix, for the classes that had something to drop.
  @discardableResult
  public func applyRetention(now: Timestamp? = nil, maximumPieces: Int = 16) async throws -> [[UInt8]: CompactionResult] {
    guard try mustApplyRetention() else { return [:] }
    let (results, isUnfinished) = try await queue.perform { batch in
      try batch.requireSound()
      var results: [[UInt8]: CompactionResult] = [:]
      let policies = try RetentionTable.loadAll(batch.state, in: batch.store.tables.system, batch.transaction).rows
      for row in policies {
        guard let policy = row.policy, let revision = try batch.revision(keeping: policy, now: now ?? batch.time) else { continue }
        let table = try RetentionTable.load(batch.state, in: batch.store.tables.system, batch.transaction)
        guard let place = table.place(withPrefix: row.prefix), revision > table.rows[place].compactRevision else { continue }
        results[row.prefix] = try batch.compact(place, to: revision, limit: policy.holdLimit.map { .limited($0) } ?? .standard)
      }
      return (results, batch.state.isCompacting)
    }
    if isUnfinished { _ = try await continueCompaction(pieces: maximumPieces) }
    return results
  }

  /// Whether there is a policy, or a compaction to go on with: looked up without the write lock, since it is asked again and again.
  private func mustApplyRetention() throws -> Bool {
    let snapshot = try parts.beginRead()
    if snapshot.state.isCompacting { return true }
    return try RetentionTable.loadAll(snapshot.state, in: parts.tables.system, snapshot.transaction).rows.contains { $0.policy != nil }
  }
}

extension RetentionPolicy {
  fileprivate var isPossible: Bool {
    let ages = [age, holdLimit?.age].compactMap(\.self)
    let numbers = [revisions, holdLimit?.revisions].compactMap(\.self)
    return ages.allSatisfy { $0 >= .zero } && numbers.allSatisfy { $0 >= 0 }
  }
}

extension Batch {
  /// The revision up to which nothing in a policy keeps anything; nil when it keeps all.
  fileprivate func revision(keeping policy: RetentionPolicy, now: Timestamp) throws -> Revision? {
    var kept: [Revision] = []
    if let revisions = policy.revisions { kept.append(try revision(keeping: .revisions(revisions), now: now)) }
    if let age = policy.age { kept.append(try revision(keeping: .duration(age), now: now)) }
    return kept.min()
  }
}
