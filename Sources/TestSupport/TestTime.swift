internal import Synchronization

/// A clock for backoff: it stands until a test moves it, or a sleeper that nothing else wakes moves it itself.
public final class TestTime: Sendable {
  private struct State {
    var elapsed = Duration.zero
    var sleeps: [Duration] = []
    var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
    var nextSleeper = 0
    var cancelled: Set<Int> = []
  }

  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private let isAutomatic: Bool

  /// - Parameter isAutomatic: whether sleeping only moves the clock; otherwise it lasts until `wake` or a cancellation.
  public init(isAutomatic: Bool) { self.isAutomatic = isAutomatic }

  /// What the clock shows.
  public var now: ContinuousClock.Instant { start + state.withLock { $0.elapsed } }

  /// Every sleep that was asked for, in order.
  public var sleeps: [Duration] { state.withLock { $0.sleeps } }

  /// Moves the clock.
  public func advance(by duration: Duration) { state.withLock { $0.elapsed += duration } }

  /// Sleeps, as the kind of clock says.
  public func sleep(_ duration: Duration) async throws {
    try Task.checkCancellation()
    let sleeper = state.withLock { state -> Int? in
      state.sleeps.append(duration)
      if isAutomatic {
        state.elapsed += duration
        return nil
      }
      state.nextSleeper += 1
      return state.nextSleeper
    }
    guard let sleeper else { return }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state -> Bool in
          if state.cancelled.contains(sleeper) { return true }
          state.sleepers[sleeper] = continuation
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.cancelled.insert(sleeper)
        return state.sleepers.removeValue(forKey: sleeper)
      }
      continuation?.resume(throwing: CancellationError())
    }
  }

  /// Ends every sleep that goes on now; answers how many there were.
  @discardableResult
  public func wake() -> Int {
    let sleepers = state.withLock { state in
      defer { state.sleepers = [:] }
      return Array(state.sleepers.values)
    }
    for sleeper in sleepers { sleeper.resume() }
    return sleepers.count
  }
}
