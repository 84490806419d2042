/// How failed attempts are repeated.
public struct TriggerRetry: Sendable {
  /// The wait after the first failure; it doubles with each further one.
  public var initialDelay: Duration
  /// The longest wait.
  public var maximumDelay: Duration
  /// Sleeps; tests exchange it. It should end early when its task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// What time it is, to know how much of a wait is left when something else came in between; tests exchange it with `sleep`.
  public var now: @Sendable () -> ContinuousClock.Instant

  /// One second, doubling up to five minutes.
  public init(
    initialDelay: Duration = .seconds(1), maximumDelay: Duration = .seconds(300),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
    self.sleep = sleep
    self.now = now
  }

  /// The wait after that many failures in a row.
  func delay(afterFailures failures: Int) -> Duration {
    var delay = initialDelay
    for _ in 1..<max(1, min(failures, 60)) {
      delay *= 2
      if delay >= maximumDelay { return maximumDelay }
    }
    return min(delay, maximumDelay)
  }
}
