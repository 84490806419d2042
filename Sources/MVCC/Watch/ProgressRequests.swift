internal import Synchronization

// Invariants:
//   waiter is set only while that waiter sleeps, and nothing is requested then

/// Carries a wish for progress from whoever has a watch's stream to whoever iterates over it.
final class ProgressRequests: Sendable {
  private struct State {
    var isRequested = false
    var waiter: Int?
  }

  private let state = Mutex(State())
  private let signal: RevisionSignal

  init(_ signal: RevisionSignal) { self.signal = signal }

  func request() {
    let waiter = state.withLock { state in
      state.isRequested = true
      return state.waiter.take()
    }
    if let waiter { signal.wake(waiter) }
  }

  /// Whether progress was requested since this was last asked.
  func take() -> Bool {
    state.withLock { state in
      defer { state.isRequested = false }
      return state.isRequested
    }
  }

  /// Notes who is to be woken; false when there is no time to sleep because progress is requested already.
  func arm(waiter: Int) -> Bool {
    state.withLock { state in
      if state.isRequested { return false }
      state.waiter = waiter
      return true
    }
  }

  func disarm() { state.withLock { $0.waiter = nil } }
}
