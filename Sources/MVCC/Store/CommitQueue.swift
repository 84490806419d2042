internal import LMDB
internal import Synchronization

// Invariants:
//   jobs leave `waiting` in the order in which they came, and their callers wake in that order
//   at most one drain is on the writer thread; while one is, new jobs only join `waiting`
//   no caller wakes before the batch that holds its job is durable, or is known to have failed

/// The single way into a store: takes what callers queue, commits it batch by batch on one thread, and wakes them.
///
/// LMDB's write lock belongs to an operating-system thread, so one thread begins and ends every write transaction. While it waits for the
/// disk, the next batch gathers by itself. After a batch of several callers it lingers for them to come back, as long as they keep coming: the first
/// of them alone would else make a batch of one, and the others wait for two syncs. A single caller is never waited for.
final class CommitQueue: Sendable {
  /// The most jobs in one batch, which bounds how long the first of them waits.
  static let maximumBatchJobs = 1024

  /// The most jobs that are lingered for: a sync shared by this many costs each of them little, and the others come meanwhile.
  private static let maximumExpectedJobs = 256

  /// How long after the last arrival no further one is expected: some wake-ups of a task on a busy machine.
  private static let patience = Duration.microseconds(50)

  private struct State {
    var waiting: [any CommitJob] = []
    var isDraining = false
    var isClosed = false
    /// Set by a failure after which nothing more may be written.
    var failure: StoreError?
  }

  private let state = Mutex(State())
  private let store: StoreParts
  private let thread: DedicatedThread
  private let committed: @Sendable (Revision) -> Void

  /// - Parameter committed: told, on the writer thread and before the callers wake, how far the store is.
  init(_ store: StoreParts, committed: @escaping @Sendable (Revision) -> Void) throws {
    self.store = store
    self.committed = committed
    thread = try DedicatedThread(name: "isdb-writer")
  }

  /// Runs `body` in a batch and answers once it is durable.
  func perform<Value: Sendable>(_ body: @escaping @Sendable (inout Batch) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      perform(body) { continuation.resume(with: $0) }
    }
  }

  /// Runs `body` in a batch and tells `completion` once it is durable, on the writer thread, which it must not hold up.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (inout Batch) throws -> Value, completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    guard !store.configuration.isReadOnly else {
      let refusal = StoreError(.permissionDenied, "the store \(store.environment.path) is open for reading only; open it for writing")
      return completion(.failure(refusal))
    }
    submit(AnsweredJob(body, completion: completion))
  }

  private func submit(_ job: any CommitJob) {
    let refusal = state.withLock { state -> StoreError? in
      if let failure = state.failure { return failure }
      if state.isClosed { return StoreError(.closed, "the store \(store.environment.path) is closed") }
      state.waiting.append(job)
      if !state.isDraining {
        state.isDraining = true
        thread.enqueue { self.drain() }
      }
      return nil
    }
    if let refusal { job.finish(refusal) }
  }

  /// Commits what is queued, refuses what comes later, and ends the thread.
  func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { thread.stop() }
  }

  private func drain() {
    while let jobs = next() {
      let begin = ContinuousClock.now
      commit(jobs)
      if jobs.count > 1 { linger(for: min(jobs.count, Self.maximumExpectedJobs), atMost: begin.duration(to: .now)) }
    }
  }

  /// Lets the callers of the last batch come back before the next one begins.
  ///
  /// - Parameter limit: what the last batch took, so that lingering at worst doubles the wait of the first.
  private func linger(for expected: Int, atMost limit: Duration) {
    let begin = ContinuousClock.now
    var lastArrival = begin
    var seen = 0
    while true {
      let (waiting, isClosed) = state.withLock { ($0.waiting.count, $0.isClosed) }
      if waiting >= expected || isClosed { return }
      let now = ContinuousClock.now
      if waiting > seen { (seen, lastArrival) = (waiting, now) }
      if now - lastArrival > Self.patience || now - begin > limit { return }
      DedicatedThread.yield()
    }
  }

  private func next() -> [any CommitJob]? {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.isDraining = false
        return nil
      }
      if state.waiting.count <= Self.maximumBatchJobs {
        defer { state.waiting = [] }
        return state.waiting
      }
      defer { state.waiting.removeFirst(Self.maximumBatchJobs) }
      return Array(state.waiting.prefix(Self.maximumBatchJobs))
    }
  }

  private func commit(_ jobs: [any CommitJob]) {
    if let failure = state.withLock({ $0.failure }) {
      for job in jobs { job.finish(failure) }
      return
    }
    do {
      let revision = try attempt(jobs)
      committed(revision)
      for job in jobs { job.finish(nil) }
    } catch {
      refuse(jobs, because: error)
    }
  }

  /// One batch, tried again after room was made for it.
  private func attempt(_ jobs: [any CommitJob]) throws -> Revision {
    do {
      return try once(jobs)
    } catch let error as LMDBError where error.status == .mapFull {
      // Pages may only be held by readers that are gone, or for the last checkpoint; if not, the map has to grow. Either way the same batch runs again.
      _ = try store.environment.clearStaleReaders()
      try store.environment.sync()
      do {
        return try once(jobs)
      } catch let error as LMDBError where error.status == .mapFull {
        let size = try store.environment.information.mapSizeBytes
        try store.environment.growMap(toAtLeast: size * 2, timeout: .seconds(10))
        return try once(jobs)
      }
    }
  }

  private func once(_ jobs: [any CommitJob]) throws -> Revision {
    var batch = try Batch(store)
    for job in jobs { try job.run(&batch) }
    try Compaction.step(&batch)
    return try batch.commit()
  }

  private func refuse(_ jobs: [any CommitJob], because error: any Error) {
    // A transaction that is too large, or a map that cannot grow, may be the doing of one job: halves find it.
    if let error = error as? LMDBError, [.mapFull, .transactionFull].contains(error.status), jobs.count > 1 {
      commit(Array(jobs[..<(jobs.count / 2)]))
      commit(Array(jobs[(jobs.count / 2)...]))
      return
    }
    let failure = StoreError.commit(error, path: store.environment.path)
    if failure.code == .inputOutput || failure.code == .unknownOutcome {
      // After a failed sync the kernel may call lost pages clean; going on could acknowledge what is not on the disk.
      state.withLock { $0.failure = failure }
    }
    for job in jobs { job.finish(failure) }
  }
}

extension StoreError {
  /// Less than this is a full disk: what the largest batch may need.
  private static let leastRoom = 4 << 20

  /// What a failed commit means for its callers.
  fileprivate static func commit(_ error: any Error, path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? LMDBError else {
      return StoreError(.inputOutput, "a commit to \(path) failed: \(error)", cause: error)
    }
    if error.status == .inputOutputError, let available = FileSystem.availableBytes(at: path), available < leastRoom {
      // LMDB 0.9 reports a short write as an input/output error. On a full disk that is what it was: nothing was committed, and nothing is broken.
      return StoreError(
        .noSpace, "a commit to \(path) failed: the disk has \(available) bytes left; make room, nothing of the write was kept", cause: error
      )
    }
    let translated = StoreError(error, path: path)
    guard translated.code == .unknownOutcome else { return translated }
    return StoreError(
      .unknownOutcome,
      "a commit to \(path) failed after its data was written: \(error.message); open the store again and read before repeating it",
      cause: error)
  }
}
