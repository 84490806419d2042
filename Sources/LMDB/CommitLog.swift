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
//   everything but `phase` is changed under LMDB's write lock, across processes

/// The write-ahead log of one environment: makes a commit durable by one sync of what changed, instead of two of all pages that it touched.
///
/// LMDB commits without syncing, after the operations of the transaction are in the log and synced. From time to time a thread syncs the data file as of some
/// commit, a *checkpoint*; from then on the log is needed from there on only. Until then, as LMDB is kept from reusing the pages of the last checkpoint, its
/// root, which the log's header has, leads to a whole tree after a loss of power, whatever else reached the device. Whoever opens the environment
/// first then goes back to that root and repeats what the log has (``Environment/recover(_:at:options:)``).
final class CommitLog: Sendable {
  /// A reader that keeps the pages of a commit.
  private struct Pin {
    let transaction: TransactionPointer
    let commit: UInt64
  }

  /// What a header will say once the data file is synced.
  private struct Checkpoint {
    let root: [UInt8]
    let start: Int
    let inode: UInt64
    let pin: Pin
    let lastPage: Int

    var commit: UInt64 { pin.commit }
  }

  private enum Phase {
    case idle
    /// The thread waits for the device.
    case syncing(Checkpoint)
    /// To be published with the next commit.
    case synced(Checkpoint)
  }

  private struct State {
    var header: LogHeader
    /// The sequence of the last header that is known to be on the device.
    var durableSequence: UInt64 = 0
    var pin: Pin?
    /// Where the record of `tailCommit` ends.
    var tail = LogFile.firstRecord
    var tailCommit: UInt64 = 0
    var lastPageAtPin = 0
    var phase = Phase.idle
    /// Where the record is that LMDB is about to commit.
    var pending: (number: UInt64, offset: Int, end: Int)?
    var failure: LMDBError?
    var thread: DedicatedThread?
  }

  private let file: LogFile
  private let limits: LogLimits
  private let state: Mutex<State>

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
      record.seal(number: number, salt: state.header.salt)
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
      state.pending = (number, offset, offset + record.bytes.count)
    }
  }

  /// Notes that LMDB has committed what was appended.
  func committed() {
    state.withLock { state in
      guard let pending = state.pending.take() else { return }
      state.tail = pending.end
      state.tailCommit = pending.number
    }
  }

  /// Takes a record back that LMDB could not commit. Under the write lock; `commit` is the newest.
  func retract(after commit: UInt64) {
    state.withLock { state in
      guard let pending = state.pending.take(), pending.number == commit + 1 else { return }
      let nothing = [UInt8](repeating: 0, count: RecordHead.byteCount)
      do throws(LMDBError) {
        try file.write(nothing.span, at: pending.offset)
        try file.sync()
      } catch {
        state.failure = error
      }
    }
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
      state.tail = place.end
      state.tailCommit += 1
    }
  }

  // MARK: - Checkpoints

  /// Makes the newest commit durable in the data file itself, and the log empty. Under the write lock.
  func checkpoint(_ commit: UInt64, _ handle: Environment.Handle) throws(LMDBError) {
    try state.withLock { (state) throws(LMDBError) in try checkpoint(commit, handle, &state) }
  }

  private func checkpoint(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) {
    let new = try pin(at: commit, handle)
    do throws(LMDBError) {
      state.header = try Self.checkpoint(commit, handle, file, after: state.header)
    } catch {
      state.failure = error
      unsafe mdb_txn_abort(new.transaction.raw)
      throw error
    }
    state.durableSequence = state.header.sequence
    keep(new, lastPage: handle.lastPage, &state)
    (state.tail, state.tailCommit) = (state.header.start, commit)
    if (try? file.byteCount()) ?? 0 > limits.maximumBytes { try? file.shrink(to: limits.capacityBytes) }
  }

  /// Syncs the data file and says so in the log.
  static func checkpoint(
    _ commit: UInt64, _ handle: Environment.Handle, _ file: LogFile, after header: LogHeader
  ) throws(LMDBError) -> LogHeader {
    let data = handle.dataFile(file.path)
    guard syncData(data.descriptor) == 0 else { throw .last("sync data.mdb", path: file.path) }
    let next = LogHeader(
      sequence: header.sequence + 1, salt: header.salt, checkpoint: commit, start: LogFile.firstRecord, inode: handle.file.inode,
      root: try data.root(of: commit))
    try file.write(next)
    try file.sync()
    return next
  }

  /// Sees to it that this process keeps the pages of the last checkpoint.
  private func pin(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) {
    let isSameFile = state.header.inode == handle.file.inode
    if isSameFile, let pin = state.pin, pin.commit <= state.header.checkpoint { return }
    if isSameFile, state.header.checkpoint == commit {
      return keep(try pin(at: commit, handle), lastPage: handle.lastPage, &state)
    }
    try checkpoint(commit, handle, &state)
  }

  /// Begins a checkpoint if it is time.
  private func beginCheckpoint(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) {
    guard case .idle = state.phase, state.failure == nil, commit > state.header.checkpoint else { return }
    let logBytes = state.tail >= state.header.start ? state.tail - state.header.start : limits.capacityBytes
    let lastPage = handle.lastPage
    let growth = min(max(lastPage / 8, limits.growthPages.lowerBound), limits.growthPages.upperBound)
    guard logBytes >= limits.checkpointBytes || lastPage - state.lastPageAtPin >= growth else { return }
    // What cannot be had now is tried again with the next transaction.
    let data = handle.dataFile(file.path)
    guard let root = try? data.root(of: commit), let pin = try? pin(at: commit, handle) else { return }
    let descriptor = dup(data.descriptor)
    if state.thread == nil { state.thread = try? DedicatedThread(name: "isdb-checkpoint") }
    guard descriptor >= 0, let thread = state.thread else {
      if descriptor >= 0 { closeDescriptor(descriptor) }
      return unsafe mdb_txn_abort(pin.transaction.raw)
    }
    state.phase = .syncing(Checkpoint(root: root, start: state.tail, inode: handle.file.inode, pin: pin, lastPage: lastPage))
    thread.enqueue { [weak self] in
      writeOut(descriptor)
      let code = syncData(descriptor)
      let failure = LMDBError.last("sync data.mdb", path: nil)
      closeDescriptor(descriptor)
      self?.synced(code == 0 ? nil : failure)
    }
  }

  private func synced(_ failure: LMDBError?) {
    state.withLock { state in
      guard case .syncing(let checkpoint) = state.phase else { return }
      if let failure { state.failure = failure }
      state.phase = .synced(checkpoint)
    }
  }

  /// Lets a checkpoint go that a later one, or another data file, has made useless.
  private func dropStaleCheckpoint(_ state: inout State, _ handle: Environment.Handle) {
    guard case .synced(let checkpoint) = state.phase,
      checkpoint.inode != handle.file.inode || checkpoint.commit <= state.header.checkpoint
    else { return }
    state.phase = .idle
    unsafe mdb_txn_abort(checkpoint.pin.transaction.raw)
  }

  /// Writes the header of a checkpoint whose data is synced, if there is one: what syncs the next record syncs it too.
  private func publish(_ state: inout State) throws(LMDBError) -> LogHeader? {
    guard case .synced(let checkpoint) = state.phase, checkpoint.commit > state.header.checkpoint else { return nil }
    let header = LogHeader(
      sequence: state.header.sequence + 1, salt: state.header.salt, checkpoint: checkpoint.commit, start: checkpoint.start,
      inode: checkpoint.inode, root: checkpoint.root)
    try file.write(header)
    return header
  }

  private func published(_ header: LogHeader, _ state: inout State) {
    guard case .synced(let checkpoint) = state.phase else { return }
    state.header = header
    state.durableSequence = header.sequence
    state.phase = .idle
    keep(checkpoint.pin, lastPage: checkpoint.lastPage, &state)
  }

  // MARK: - Pins

  /// A reader at the newest commit, which `commit` is while the write lock is held.
  private func pin(at commit: UInt64, _ handle: Environment.Handle) throws(LMDBError) -> Pin {
    for attempt in 0..<2 {
      var raw: OpaquePointer?
      let code = unsafe mdb_txn_begin(handle.raw, nil, UInt32(MDB_RDONLY), &raw)
      if code == 0, let raw = unsafe raw { return Pin(transaction: unsafe TransactionPointer(raw), commit: commit) }
      guard code == MDB_READERS_FULL, attempt == 0 else {
        throw LMDBError(LMDBStatus(rawValue: code), "keep the pages of a checkpoint", path: file.path)
      }
      unsafe mdb_reader_check(handle.raw, nil)
    }
    throw LMDBError(.readersFull, "keep the pages of a checkpoint", path: file.path)
  }

  private func keep(_ pin: Pin, lastPage: Int, _ state: inout State) {
    if let old = state.pin { unsafe mdb_txn_abort(old.transaction.raw) }
    state.pin = pin
    state.lastPageAtPin = lastPage
  }

  /// Ends all of this process's readers: before its handle is closed.
  func letGo() {
    let thread = state.withLock { $0.thread.take() }
    thread?.stop()
    state.withLock { state in
      if let pin = state.pin.take() { unsafe mdb_txn_abort(pin.transaction.raw) }
      switch state.phase {
      case .idle: break
      case .syncing(let checkpoint), .synced(let checkpoint): unsafe mdb_txn_abort(checkpoint.pin.transaction.raw)
      }
      state.phase = .idle
    }
  }

  /// Leaves an environment that nobody else has open durable without its log. What fails here the next to open it puts right.
  func close(_ handle: Environment.Handle, isReadOnly: Bool) {
    letGo()
    defer { file.leave() }
    guard !isReadOnly, file.isWritable, state.withLock({ $0.failure == nil }), (try? file.isAlone()) == true,
      let header = try? file.header(), let newest = try? handle.dataFile(file.path).newestMeta().transactionID
    else { return }
    if newest != header.checkpoint, (try? Self.checkpoint(newest, handle, file, after: header)) == nil { return }
    try? file.shrink(to: LogFile.firstRecord + LogFile.growthBytes)
  }
}

/// Writes a file to the device in pieces, so that whoever syncs the log meanwhile waits for one of them and not for all.
private func writeOut(_ descriptor: Int32) {
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else { return }
  let count = Int64(status.st_size)
  let piece = max(256 << 10, count / 256)
  for offset in stride(from: 0, to: count, by: Int(piece)) { clmdb_write_out(descriptor, offset, piece) }
}

extension Environment.Handle {
  /// The number of the last page that was ever used.
  fileprivate var lastPage: Int {
    var information = unsafe MDB_envinfo()
    unsafe mdb_env_info(raw, &information)
    return unsafe information.me_last_pgno
  }

  /// The data file, through LMDB's own descriptor.
  func dataFile(_ path: String) -> DataFile {
    var descriptor: Int32 = -1
    unsafe mdb_env_get_fd(raw, &descriptor)
    return DataFile(descriptor: descriptor, path: path)
  }
}
