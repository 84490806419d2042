internal import LMDB

// Invariants:
//   a job that is refused has changed nothing: every record that is to go is read and checked before the first one goes
//   a lease and its keys go in one transaction and, if it has keys, in one revision

/// What one batch did about leases that have ended.
struct LeaseExpiryOutcome: Sendable {
  var revokedCount = 0
  /// Whether more may have ended than one batch takes.
  var hasMore = false
  /// Why the first of those that could not be revoked was not.
  var failure: StoreError?
}

extension Batch {
  /// The most leases that one batch ends.
  static let maximumExpiredLeases = 500

  /// Once a batch has deleted this many keys of leases, other writers have their turn. A single lease can have more.
  static let maximumExpiredKeys = 1_000

  private var leases: LeaseTable { LeaseTable(store.tables) }

  /// - Throws: `StoreError` with code `notFound` when there is no such lease.
  func requireLease(_ id: Int64) throws {
    guard try leases.row(id, transaction) != nil else { throw StoreError.leaseNotFound(id) }
  }

  /// Lease time now. An anchor that is too old is renewed, which by itself makes nothing to commit.
  mutating func leaseTime() throws -> LeaseTime {
    let now = store.configuration.bootClock()
    // Not the batch's own time: that never goes back, so a clock that was once wrong by a year would stand still for it.
    let wall = store.clock()
    let clock = try leases.clock(transaction)
    let time = clock?.reading(now, wall: wall) ?? LeaseTime(milliseconds: 0)
    if clock?.isStale(now) ?? true { try leases.put(LeaseClock(boot: now, wall: wall, time: time), in: &transaction) }
    return time
  }

  /// - Parameter id: 0 has a positive one chosen.
  mutating func grantLease(_ id: Int64, seconds: Int64) throws -> Lease {
    var chosen = id
    while chosen == 0 {
      let candidate = Int64.random(in: 1...Int64.max)
      if try leases.row(candidate, transaction) == nil { chosen = candidate }
    }
    if id != 0, try leases.row(id, transaction) != nil { throw StoreError.leaseExists(id) }
    let now = try leaseTime()
    let row = LeaseRow(grantedSeconds: seconds, deadline: now.deadline(afterSeconds: seconds))
    try leases.put(row, chosen, replacing: nil, in: &transaction)
    hasChanges = true
    return row.lease(chosen, at: now)
  }

  /// Gives a lease its whole time again. One that has ended is revoked on the spot, so that the answer is final.
  mutating func keepLeaseAlive(_ id: Int64) throws -> Lease? {
    guard let row = try leases.row(id, transaction) else { return nil }
    let now = try leaseTime()
    if row.hasEnded(at: now) {
      _ = try revoke(row, id)
      return nil
    }
    let renewed = LeaseRow(grantedSeconds: row.grantedSeconds, deadline: now.deadline(afterSeconds: row.grantedSeconds))
    if renewed != row {
      try leases.put(renewed, id, replacing: row, in: &transaction)
      hasChanges = true
    }
    return renewed.lease(id, at: now)
  }

  /// Removes a lease with its keys; answers the revision in which they went, or the newest when there were none.
  mutating func revokeLease(_ id: Int64) throws -> Revision {
    guard let row = try leases.row(id, transaction) else { throw StoreError.leaseNotFound(id) }
    _ = try revoke(row, id)
    return state.revision
  }

  /// Revokes leases that have ended, each in a revision of its own. One that cannot be revoked does not keep the others.
  mutating func expireLeases(limit: Int = maximumExpiredLeases) throws -> LeaseExpiryOutcome {
    let now = try leaseTime()
    let ended = try leases.ended(at: now, limit: limit, transaction)
    var outcome = LeaseExpiryOutcome()
    var keyCount = 0
    for id in ended {
      do {
        guard let row = try leases.row(id, transaction) else { throw StoreError.strayDeadline(id) }
        keyCount += try revoke(row, id)
        outcome.revokedCount += 1
      } catch let error as StoreError {
        outcome.failure = outcome.failure ?? error
      }
      if keyCount >= Self.maximumExpiredKeys { break }
    }
    // Only progress makes another turn worth while: those that failed come first again.
    outcome.hasMore = outcome.revokedCount > 0 && (ended.count == limit || keyCount >= Self.maximumExpiredKeys)
    // Also for the anchor alone, which is why the keeper comes when none has ended.
    hasChanges = true
    return outcome
  }

  /// Removes a lease and deletes its keys, in order, in one revision; answers how many there were.
  private mutating func revoke(_ row: LeaseRow, _ id: Int64) throws -> Int {
    let keys = try leases.keys(of: id, transaction)
    for key in keys { _ = try store.lookup.current(key, transaction) { bytes in try Record.decode(bytes, key: key) } }
    let revision = state.revision + 1
    var index = 0
    for key in keys {
      guard let prior = try TreeWriter.prior(key, transaction, store.lookup), prior.record.lease == id else {
        // Not one of ours after all: a fault that the consistency check reports. The key is not deleted for it.
        try leases.move(key, from: id, to: 0, in: &transaction)
        continue
      }
      let change = TreeWriter.Change(key: key, record: nil, lease: 0, hash: .empty, prior: prior)
      try TreeWriter.apply(change, revision: revision, index: index, to: &transaction, store.tables, &state.stateHash)
      index += 1
    }
    try leases.remove(row, id, from: &transaction)
    if index > 0 {
      state.revision = revision
      state.time = time
    }
    hasChanges = true
    return index
  }
}

extension StoreError {
  fileprivate static func strayDeadline(_ id: Int64) -> StoreError {
    StoreError(.corrupt, "lease \(leaseText(id)) has a deadline and no row; run isdb check and restore the store from a backup")
  }
}
