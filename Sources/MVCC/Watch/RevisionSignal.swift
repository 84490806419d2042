internal import Synchronization

// Invariants:
//   newest only grows
//   a waiter is in `waiters` exactly while its revision is not there yet, it is not cancelled and the store is open

/// Wakes those who wait for a revision, in this process.
///
/// It is only a hint: whoever wakes reads the log to see what there is.
final class RevisionSignal: Sendable {
  private struct State {
    var newest: Revision
    var isClosed = false
    var nextWaiter = 0
    var waiters: [Int: (after: Revision, continuation: CheckedContinuation<Void, Never>)] = [:]
    /// Cancelled before they came to wait.
    var cancelled: Set<Int> = []
  }

  private let state: Mutex<State>

  init(_ newest: Revision) { state = Mutex(State(newest: newest)) }

  /// Notes that a revision is committed; answers whether that was news.
  @discardableResult
  func advance(to revision: Revision) -> Bool {
    let woken = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
      guard revision > state.newest else { return nil }
      state.newest = revision
      if state.waiters.isEmpty { return [] }
      let ready = state.waiters.filter { $0.value.after < revision }
      for identifier in ready.keys { state.waiters[identifier] = nil }
      return ready.values.map(\.continuation)
    }
    for continuation in woken ?? [] { continuation.resume() }
    return woken != nil
  }

  /// Returns once a revision after `revision` is committed, progress is asked for, `deadline` comes, the task is cancelled, or the store is closed.
  func wait(after revision: Revision, or requests: ProgressRequests? = nil, until deadline: ContinuousClock.Instant? = nil) async {
    let identifier = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let timer = deadline.map { deadline in
      Task {
        try await Task.sleep(until: deadline, clock: .continuous)
        wake(identifier)
      }
    }
    defer { timer?.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state -> Bool in
          if state.newest > revision || state.isClosed || state.cancelled.remove(identifier) != nil { return true }
          if let requests, !requests.arm(waiter: identifier) { return true }
          state.waiters[identifier] = (revision, continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
      requests?.disarm()
      state.withLock { _ = $0.cancelled.remove(identifier) }
    } onCancel: {
      wake(identifier)
    }
  }

  /// Has one waiter return, also one that has not begun to wait yet.
  func wake(_ identifier: Int) {
    let waiter = state.withLock { state in
      let waiter = state.waiters.removeValue(forKey: identifier)
      if waiter == nil { state.cancelled.insert(identifier) }
      return waiter
    }
    waiter?.continuation.resume()
  }

  func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      defer { state.waiters = [:] }
      return state.waiters.values.map(\.continuation)
    }
    for continuation in waiters { continuation.resume() }
  }
}
