internal import LMDB
internal import SystemPackage

// Invariants:
//   duties run only while the role's lock is held
//   the lock is held by one process at most; the kernel frees it when that process ends in whatever way

extension RevisionStore {
  /// Looks after the store until its task is cancelled: ends leases, and whatever else the policy has.
  ///
  /// Of all processes that call it for one directory, one has the role; the others stand by and take over when it ends, is killed or gives up. What duties
  /// write is right even if two keepers overlap; the role spares the work of doing it twice.
  ///
  /// - Throws: `CancellationError`; `StoreError` with code `permissionDenied` for a store that is open for reading, `closed`, or `inputOutput` and
  ///   `unknownOutcome` when the store takes no more writes: the role is free then for a process that is better off.
  public func runKeeper(_ policy: KeeperPolicy = KeeperPolicy()) async throws {
    guard !parts.configuration.isReadOnly else {
      throw StoreError(.permissionDenied, "the store \(path) is open for reading only; open it for writing to be its keeper")
    }
    let role = try await takeKeeperRole(policy)
    policy.report(.tookRole)
    defer { withExtendedLifetime(role) {} }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for duty in policy.duties { group.addTask { try await self.run(duty, policy) } }
      // A duty ends only with an error that ends them all; waitForAll() would wait for the others first.
      for try await _ in group {}
    }
  }

  /// The lock that the keeper has; waits while another has it.
  private func takeKeeperRole(_ policy: KeeperPolicy) async throws -> FileLock {
    let file = FilePath(path).appending(Schema.keeperFileName).string
    var hasReported = false
    while true {
      try Task.checkCancellation()
      let lock = try StoreError.translating(path) { try FileLock.take(at: file) }
      if let lock { return lock }
      if !hasReported { policy.report(.standsBy(holder: FileLock.lastHolder(at: file))) }
      hasReported = true
      try await policy.sleep(policy.interval)
    }
  }

  private func run(_ duty: any KeeperDuty, _ policy: KeeperPolicy) async throws {
    var duty = duty
    let interval = duty.interval == .zero ? policy.interval : duty.interval
    var failures = 0
    while true {
      var delay = interval
      do {
        try await duty.perform(self, now: parts.clock())
        if failures > 0 { policy.report(.dutyRecovered(duty.name)) }
        failures = 0
      } catch let error as StoreError where error.endsKeeper {
        throw error
      } catch {
        try Task.checkCancellation()
        failures += 1
        delay = policy.delay(afterFailures: failures, interval: interval)
        policy.report(.dutyFailed(duty.name, error: error, retryDelay: delay))
      }
      try await policy.sleep(delay)
    }
  }
}

extension StoreError {
  /// Whether the store takes no more writes from this process.
  fileprivate var endsKeeper: Bool { [.closed, .inputOutput, .unknownOutcome].contains(code) }
}
