internal import LMDB

extension RevisionStore {
  /// Makes a lease. Keys are attached to it by putting them with its id.
  ///
  /// It counts from the moment of the commit. When it ends, a keeper (`runKeeper`) deletes its keys in one revision: late if no keeper runs, never
  /// early. Granting makes no revision.
  ///
  /// - Parameters:
  ///   - seconds: the time to live; less than `StoreConfiguration.minimumLeaseSeconds` is raised to that.
  ///   - id: any number that is not taken; 0 has a positive one chosen.
  /// - Throws: `StoreError` with code `alreadyExists` for an id that is taken, `invalidArgument` for more than `Lease.maximumSeconds`.
  public func grantLease(seconds: Int64, id: Int64 = 0) async throws -> Lease {
    guard seconds <= Lease.maximumSeconds else { throw StoreError.leaseTooLong(seconds) }
    let granted = max(seconds, parts.configuration.minimumLeaseSeconds)
    return try await queue.perform { batch in
      try batch.requireSound()
      try batch.requireRoom(cost: QuotaGauge.leaseBytes)
      return try batch.grantLease(id, seconds: granted)
    }
  }

  /// Gives a lease its whole time to live again, from now on. Makes no revision.
  ///
  /// - Returns: nil when there is no such lease, or it has ended; its keys are gone then.
  public func keepLeaseAlive(_ id: Int64) async throws -> Lease? {
    try await queue.perform { try $0.keepLeaseAlive(id) }
  }

  /// Ends a lease now and deletes its keys, in key order, in one revision.
  ///
  /// - Returns: that revision; the newest one when it had no keys.
  /// - Throws: `StoreError` with code `notFound` when there is no such lease.
  @discardableResult
  public func revokeLease(_ id: Int64) async throws -> Revision {
    try await queue.perform { batch in
      try batch.requireSound()
      return try batch.revokeLease(id)
    }
  }

  /// A lease and what is left of it; nil when there is none.
  public func lease(_ id: Int64) throws -> Lease? {
    try readLeases { leases, transaction in
      let now = try leases.time(transaction, parts.configuration)
      return try leases.row(id, transaction)?.lease(id, at: now)
    }
  }

  /// The keys that are attached to a lease, in order; none when there is no such lease.
  ///
  /// - Complexity: O(answer).
  public func keys(of lease: Int64) throws -> [[UInt8]] {
    try readLeases { leases, transaction in try leases.keys(of: lease, transaction) }
  }

  /// Every lease, the one that ends first before the others.
  public func leases() throws -> [Lease] {
    try readLeases { leases, transaction in
      let now = try leases.time(transaction, parts.configuration)
      var all: [Lease] = []
      try leases.forEachDeadline(transaction) { _, id in
        if let row = try leases.row(id, transaction) { all.append(row.lease(id, at: now)) }
        return true
      }
      return all
    }
  }

  private func readLeases<Value>(_ body: (LeaseTable, borrowing ReadTransaction) throws -> Value) throws -> Value {
    try StoreError.translating(path) {
      let snapshot = try parts.beginRead()
      return try body(LeaseTable(parts.tables), snapshot.transaction)
    }
  }

  /// Deletes the keys of leases that have ended, batch by batch; answers how many leases that were.
  ///
  /// Any number of processes may call it at once: whoever comes second finds the lease gone.
  ///
  /// - Throws: what kept the first lease that could not be revoked, after all others were.
  @discardableResult
  func expireLeases() async throws -> Int {
    var count = 0
    while try leasesNeedAttention() {
      let outcome = try await queue.perform { try $0.expireLeases() }
      count += outcome.revokedCount
      if outcome.hasMore {
        try Task.checkCancellation()
        await Task.yield()
      } else if let failure = outcome.failure {
        throw failure
      } else {
        break
      }
    }
    return count
  }

  /// Whether a lease has ended or the anchor of lease time is due: found out without the write lock, since most often there is nothing to do.
  private func leasesNeedAttention() throws -> Bool {
    try readLeases { leases, transaction in
      var first: LeaseTime?
      try leases.forEachDeadline(transaction) { deadline, _ in
        first = deadline
        return false
      }
      guard let first else { return false }
      guard let clock = try leases.clock(transaction) else { return true }
      let now = parts.configuration.bootClock()
      return clock.isStale(now) || first < clock.reading(now, wall: parts.clock())
    }
  }
}
