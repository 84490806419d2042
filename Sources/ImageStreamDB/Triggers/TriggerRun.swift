/// What a trigger's run came to.
public struct TriggerRun: Hashable, Sendable {
  /// Handlers that succeeded.
  public internal(set) var successes = 0
  /// Handlers that failed.
  public internal(set) var failures = 0

  /// Nothing was due.
  public init() {}
}
