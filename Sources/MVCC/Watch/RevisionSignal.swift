internal import Synchronization

// Invariants:
//   newest only grows
//   a waiter is in `waiters` exactly while its revision is not there yet, it was not woken and the store is open
//   a caller of wait(after:) is in `callers` from its beginning to its end, and nobody else is

/// Wakes those who wait for a revision, in this process.
///
/// It is only a hint: whoever wakes reads the log to see what there is.
final class RevisionSignal: Sendable {
  private struct State {
    var newest: Revision
    var isClosed = false
    var nextWaiter = 0
    var waiters: [Int: (after: Revision, continuation: CheckedContinuation<Void, Never>)] = [:]
    /// Who is in `wait(after:)`, and whether they were woken, which may be before they come to wait.
    var callers: [Int: Bool] = [:]
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
      state.callers[state.nextWaiter] = false
      return state.nextWaiter
    }
    defer { state.withLock { $0.callers[identifier] = nil } }
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
          if state.newest > revision || state.isClosed || state.callers[identifier] == true { return true }
          if let requests, !requests.arm(waiter: identifier) { return true }
          state.waiters[identifier] = (revision, continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
      requests?.disarm()
    } onCancel: {
      wake(identifier)
    }
  }

  /// Has one caller return, also one that has not begun to wait yet; does nothing when it has returned already.
  func wake(_ identifier: Int) {
    let waiter = state.withLock { state in
      if state.callers[identifier] != nil { state.callers[identifier] = true }
      return state.waiters.removeValue(forKey: identifier)
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
