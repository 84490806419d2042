/// What a keeper does, how often, and whom it tells.
public struct KeeperPolicy: Sendable {
  /// The time between two turns of a duty that has none of its own, and between two tries for the role. etcd looks for leases as often.
  public var interval = Duration.milliseconds(500)

  /// The longest wait after failures in a row.
  public var maximumBackoff = Duration.seconds(10)

  /// What there is to do.
  public var duties: [any KeeperDuty] = [LeaseExpiry(), RetentionDuty(), DictionaryTrainer()]

  /// Told what happens; called on any thread, and should return soon.
  public var report: @Sendable (KeeperEvent) -> Void = { _ in }

  /// Sleeps; tests exchange it. It should end early when its task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// The defaults.
  public init() {}

  /// The wait after that many failures in a row: the interval, doubled with each.
  func delay(afterFailures failures: Int, interval: Duration) -> Duration {
    var delay = interval
    for _ in 0..<min(failures, 60) {
      delay *= 2
      if delay >= maximumBackoff { return max(interval, maximumBackoff) }
    }
    return delay
  }
}

/// What a keeper tells.
public enum KeeperEvent: Sendable {
  /// Another process has the role.
  ///
  /// - Parameter holder: its process identifier, when that can be read.
  case standsBy(holder: Int32?)

  /// This process has the role from now on.
  case tookRole

  /// A turn of a duty failed and comes again after `retryDelay`.
  case dutyFailed(String, error: any Error, retryDelay: Duration)

  /// The first turn of a duty that succeeded after failures.
  case dutyRecovered(String)
}
