internal import CLMDB
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

// Invariants:
//   a commit is visible only once its record is on the device
//   the records of all commits after header.checkpoint are in the log, one behind the other, from header.start on
//   no page of header.checkpoint is reused: this process has a reader at it or before it (`pin`) whenever it writes
//   everything but `phase` and `failure` is changed under LMDB's write lock, across processes

/// The write-ahead log of one environment: makes a commit durable by one sync of what changed, instead of two of all pages that it touched.
///
/// LMDB commits without syncing, after the operations of the transaction are in the log and synced. From time to time a thread syncs the data file as of some
/// commit, a *checkpoint*; from then on the log is needed from there on only. Until then, as LMDB is kept from reusing the pages of the last checkpoint, its
/// root, which the log's header has, leads to a whole tree after a loss of power, whatever else reached the device. Whoever opens the environment
/// first then goes back to that root and repeats what the log has (``Environment/recover(_:at:options:)``).
final class CommitLog: Sendable {
  /// A reader that keeps the pages of a commit.
  struct Pin {
    let transaction: TransactionPointer
    let commit: UInt64
  }

  /// What a header will say once the data file is synced.
  struct Checkpoint {
    let root: [UInt8]
    let start: Int
    let inode: UInt64
    let pin: Pin
    /// The pages written up to then.
    let writtenPages: Int

    var commit: UInt64 { pin.commit }
  }

  enum Phase {
    case idle
    /// The thread waits for the device.
    case syncing(Checkpoint)
    /// To be published with the next commit.
    case synced(Checkpoint)
  }

  struct State {
    var header: LogHeader
    /// The sequence of the last header that is known to be on the device.
    var durableSequence: UInt64 = 0
    var pin: Pin?
    /// Where the record of `tailCommit` ends.
    var tail = LogFile.firstRecord
    var tailCommit: UInt64 = 0
    /// About how many pages were written since the commit that `pin` is at.
    var writtenPages = 0
    var phase = Phase.idle
    /// Where the record is that LMDB is about to commit.
    var pending: RecordPlace?
    var failure: LMDBError?
    var thread: DedicatedThread?
  }

  let file: LogFile
  let limits: LogLimits
  let state: Mutex<State>

  init(_ file: LogFile, _ limits: LogLimits) throws(LMDBError) {
    self.file = file
    self.limits = limits
    state = Mutex(State(header: try file.header()))
  }

  // MARK: - One commit

  /// Makes sure, at the beginning of the transaction after `commit`, that no page is reused that a loss of power would need.
  func prepare(after commit: UInt64, _ handle: Environment.Handle) throws(LMDBError) {
    try state.withLock { (state) throws(LMDBError) in
      if let failure = state.failure { throw failure }
      state.pending = nil
      state.header = try file.header()
      if state.header.sequence != state.durableSequence {
        // Another process wrote it, and may have died before it was synced.
        try sync(&state)
        state.durableSequence = state.header.sequence
      }
      dropStaleCheckpoint(&state, handle)
      try pin(commit, handle, &state)
      try findTail(commit, handle, &state)
      beginCheckpoint(commit, handle, &state)
    }
  }

  /// Puts what the transaction changed on the device. LMDB may commit it then.
  func append(_ record: CommitRecord, number: UInt64, _ handle: Environment.Handle) throws(LMDBError) {
    try state.withLock { (state) throws(LMDBError) in
      let head = record.seal(number: number, salt: state.header.salt)
      let offset = try place(record.bytes.count, number, handle, &state)
      try file.makeRoom(upTo: max(offset, state.tail) + record.bytes.count)
      if offset != state.tail {
        let mark = RecordHead(elsewhere: number, salt: state.header.salt).encode()
        try file.write(mark.span, at: state.tail)
      }
      let bytes = record.bytes
      try file.write(bytes.span, at: offset)
      let header = try publish(&state)
      try sync(&state)
      if let header { published(header, &state) }
      state.pending = RecordPlace(offset: offset, head: head)
    }
  }

  /// Notes that LMDB has committed what was appended.
  func committed() {
    state.withLock { state in
      guard let pending = state.pending.take() else { return }
      Self.pass(pending, &state)
    }
  }

  /// Takes a record back that LMDB could not commit. Under the write lock; `commit` is the newest.
  func retract(after commit: UInt64) {
    state.withLock { state in
      guard let pending = state.pending.take(), pending.head.number == commit + 1 else { return }
      let nothing = [UInt8](repeating: 0, count: RecordHead.byteCount)
      do throws(LMDBError) {
        try file.write(nothing.span, at: pending.offset)
        try file.sync()
      } catch {
        state.failure = error
      }
    }
  }

  /// Notes that a commit is behind the tail.
  private static func pass(_ place: RecordPlace, _ state: inout State) {
    state.tail = place.end
    state.tailCommit = place.head.number
    state.writtenPages += place.head.writtenPages
  }

  private func sync(_ state: inout State) throws(LMDBError) {
    do throws(LMDBError) {
      try file.sync()
    } catch {
      // After a failed sync the kernel may call lost pages clean, so that the next one says nothing.
      state.failure = error
      throw error
    }
  }

  /// Where a record goes.
  private func place(_ count: Int, _ number: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) -> Int {
    let (tail, start) = (state.tail, state.header.start)
    if tail >= start {
      if tail + count <= limits.capacityBytes { return tail }
      if LogFile.firstRecord + count < start { return LogFile.firstRecord }
      if tail + count <= limits.maximumBytes { return tail }
    } else if tail + count < start {
      return tail
    }
    try checkpoint(number - 1, handle, &state)
    return state.tail
  }

  /// Finds the end of the log when others have written it since.
  private func findTail(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) {
    if state.tailCommit <= state.header.checkpoint {
      state.tail = state.header.start
      state.tailCommit = state.header.checkpoint
    }
    while state.tailCommit < commit {
      guard let place = try file.place(of: state.tailCommit + 1, after: state.tail, salt: state.header.salt) else {
        // Somebody wrote without the log: what is there now is made durable as it is.
        return try checkpoint(commit, handle, &state)
      }
      Self.pass(place, &state)
    }
  }
}
