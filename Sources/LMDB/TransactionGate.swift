internal import Synchronization

/// Counts what uses an environment's handle, keeps reset read transactions for reuse, and closes the way while the map moves.
///
/// `mdb_env_set_mapsize` and `mdb_env_close` must not run beside any transaction of this process, and LMDB does not look. So everything
/// that touches the handle enters here and leaves, and those two drain the gate first.
// Invariants:
// - `activeCount` is the number of enter() calls not yet followed by leave() or park(); the handle is used only between the two.
// - `idle` transactions are reset: each owns a reader slot and nothing of the map.
// - phase .open: anyone enters. .draining: one thread waits for activeCount to reach 0, others wait. .closed, .failed: nobody enters.
// - The handle is released exactly once: by the thread that takes `isReleased` from false to true, when phase is .closed and activeCount 0.
final class TransactionGate: Sendable {
  enum Phase: Equatable {
    case open
    case draining
    case closed
    /// The map could not be put back; LMDB's own state is gone.
    case failed
  }

  struct State {
    var phase = Phase.open
    var activeCount = 0
    var idle: [TransactionPointer] = []
    /// A thread has taken it upon itself to release the handle.
    var isReleased = false
    /// The handle is gone.
    var isGone = false
    /// The thread that has a write transaction.
    var writer: ThreadIdentity?
    /// A write transaction was dropped on a thread that cannot unlock it: the write lock is lost to this process.
    var isWriterLost = false
  }

  enum Entry {
    /// In; the transaction, if there is one to reuse.
    case entered(TransactionPointer?)
    case mustWait
    case refused(LMDBStatus)
  }

  /// Idle transactions kept at most; each keeps one of the environment's reader slots.
  static let maximumIdle = 64

  private let state = Mutex(State())
  /// Given whenever a waiting thread should look at the state again.
  private let signal = ThreadSignal()

  init() {
    // So that giving a transaction back never allocates.
    state.withLock { $0.idle.reserveCapacity(Self.maximumIdle) }
  }

  /// Goes in at once, or waits out a moving map until `deadline`.
  ///
  /// - Throws: `.closed`, `.panic` or `.timedOut` in `status`.
  func enter(reusing: Bool) throws(Refusal) -> TransactionPointer? {
    switch tryEnter(reusing) {
    case .entered(let pointer): return pointer
    case .refused(let status): throw Refusal(status: status)
    case .mustWait: return try enterAfterDraining(reusing)
    }
  }

  struct Refusal: Error {
    let status: LMDBStatus
  }

  private func tryEnter(_ reusing: Bool) -> Entry {
    state.withLock { state in
      switch state.phase {
      case .open:
        state.activeCount += 1
        return .entered(reusing ? state.idle.popLast() : nil)
      case .draining: return .mustWait
      case .closed: return .refused(.closed)
      case .failed: return .refused(.panic)
      }
    }
  }

  private func enterAfterDraining(_ reusing: Bool) throws(Refusal) -> TransactionPointer? {
    let deadline = Deadline(after: .seconds(60))
    while true {
      let seen = signal.count
      switch tryEnter(reusing) {
      case .entered(let pointer): return pointer
      case .refused(let status): throw Refusal(status: status)
      case .mustWait:
        if deadline.hasPassed { throw Refusal(status: .timedOut) }
        signal.wait(past: seen, until: deadline)
      }
    }
  }

  /// Goes out, giving a reset transaction back. False: there is no room, and the caller frees it and calls ``leave()``.
  func park(_ pointer: TransactionPointer) -> Bool {
    let (isParked, isLast) = state.withLock { state -> (Bool, Bool) in
      guard state.phase == .open || state.phase == .draining, state.idle.count < Self.maximumIdle else { return (false, false) }
      state.idle.append(pointer)
      state.activeCount -= 1
      return (true, state.phase != .open && state.activeCount == 0)
    }
    if isLast { signal.notify() }
    return isParked
  }

  /// Goes out. True: the environment was closed meanwhile and the caller must release the handle.
  func leave() -> Bool {
    let (mustNotify, mustRelease) = state.withLock { state -> (Bool, Bool) in
      state.activeCount -= 1
      let isLast = state.phase != .open && state.activeCount == 0
      guard isLast, state.phase == .closed, !state.isReleased else { return (isLast, false) }
      state.isReleased = true
      return (true, true)
    }
    if mustNotify { signal.notify() }
    return mustRelease
  }

  /// Waits for everyone to leave, runs `body` alone, and opens again.
  ///
  /// `body` says whether the environment can still be used.
  func drain(timeout: Duration, _ body: () -> (status: LMDBStatus, isUsable: Bool)) -> LMDBStatus {
    let deadline = Deadline(after: timeout)
    // One drainer at a time.
    while true {
      let seen = signal.count
      let phase = state.withLock { state -> Phase in
        let before = state.phase
        if before == .open { state.phase = .draining }
        return before
      }
      switch phase {
      case .open: break
      case .closed: return .closed
      case .failed: return .panic
      case .draining:
        if deadline.hasPassed { return .timedOut }
        signal.wait(past: seen, until: deadline)
        continue
      }
      break
    }
    while true {
      let seen = signal.count
      if state.withLock({ $0.activeCount == 0 }) { break }
      if deadline.hasPassed {
        reopen(.open)
        return .timedOut
      }
      signal.wait(past: seen, until: deadline)
    }
    let outcome = body()
    reopen(outcome.isUsable ? .open : .failed)
    return outcome.status
  }

  private func reopen(_ phase: Phase) {
    state.withLock { $0.phase = phase }
    signal.notify()
  }

  /// Lets nobody in from now on, and waits up to `timeout` for those inside.
  ///
  /// True: the caller must release the handle, then call ``released()``. False: another did or will.
  func close(timeout: Duration) -> Bool {
    let deadline = Deadline(after: timeout)
    while true {
      let seen = signal.count
      // A thread that is moving the map finishes first: it uses the handle without being counted.
      let isDraining = state.withLock { state -> Bool in
        if state.phase == .draining { return true }
        state.phase = .closed
        return false
      }
      if !isDraining { break }
      signal.wait(past: seen)
    }
    while true {
      let seen = signal.count
      let (isMine, isOver) = state.withLock { state -> (Bool, Bool) in
        guard !state.isReleased, state.activeCount == 0 else {
          // A transaction that is lost, or this thread's own, will not end while we wait.
          return (false, state.isGone || state.isWriterLost || state.writer == .current)
        }
        state.isReleased = true
        return (true, false)
      }
      if isMine { return true }
      if isOver || deadline.hasPassed { return false }
      signal.wait(past: seen, until: deadline)
    }
  }

  /// Says that the handle is gone.
  func released() {
    state.withLock { $0.isGone = true }
    signal.notify()
  }

  /// Takes the idle transactions out, to be freed before the handle is.
  func takeIdle() -> [TransactionPointer] {
    state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
  }

  /// Whether this thread may ask for the write lock: it would wait for ever for itself, or for a lock that is lost.
  func canWrite(_ thread: ThreadIdentity) -> Bool {
    state.withLock { $0.writer != thread && !$0.isWriterLost }
  }

  func beganWriting(_ thread: ThreadIdentity) {
    state.withLock { $0.writer = thread }
  }

  func endedWriting() {
    state.withLock { $0.writer = nil }
  }

  func lostWriter() {
    state.withLock { $0.isWriterLost = true }
  }
}
