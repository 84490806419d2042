internal import CLMDB
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

// When the log is needed from a later place on: checkpoints, and the readers that keep their pages.

extension CommitLog {
  /// Makes the newest commit durable in the data file itself, and the log empty. Under the write lock.
  func checkpoint(_ commit: UInt64, _ handle: Environment.Handle) throws(LMDBError) {
    try state.withLock { (state) throws(LMDBError) in try checkpoint(commit, handle, &state) }
  }

  func checkpoint(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) {
    let new = try pin(at: commit, handle)
    do throws(LMDBError) {
      state.header = try Self.checkpoint(commit, handle, file, after: state.header)
    } catch {
      state.failure = error
      unsafe mdb_txn_abort(new.transaction.raw)
      throw error
    }
    state.durableSequence = state.header.sequence
    keep(new, &state)
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
  func pin(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) throws(LMDBError) {
    let isSameFile = state.header.inode == handle.file.inode
    if isSameFile, let pin = state.pin, pin.commit <= state.header.checkpoint { return }
    if isSameFile, state.header.checkpoint == commit {
      return keep(try pin(at: commit, handle), &state)
    }
    try checkpoint(commit, handle, &state)
  }

  /// Begins a checkpoint if it is time.
  func beginCheckpoint(_ commit: UInt64, _ handle: Environment.Handle, _ state: inout State) {
    guard case .idle = state.phase, state.failure == nil, commit > state.header.checkpoint else { return }
    let logBytes = state.tail >= state.header.start ? state.tail - state.header.start : limits.capacityBytes
    let pages = min(max(handle.lastPage / 8, limits.pages.lowerBound), limits.pages.upperBound)
    guard logBytes >= limits.checkpointBytes || state.writtenPages >= pages else { return }
    // What cannot be had now is tried again with the next transaction.
    let data = handle.dataFile(file.path)
    guard let root = try? data.root(of: commit), let pin = try? pin(at: commit, handle) else { return }
    // Not for programs that are started meanwhile.
    let descriptor = fcntl(data.descriptor, F_DUPFD_CLOEXEC, 0)
    if state.thread == nil { state.thread = try? DedicatedThread(name: "isdb-checkpoint") }
    guard descriptor >= 0, let thread = state.thread else {
      if descriptor >= 0 { closeDescriptor(descriptor) }
      return unsafe mdb_txn_abort(pin.transaction.raw)
    }
    state.phase = .syncing(Checkpoint(root: root, start: state.tail, inode: handle.file.inode, pin: pin, writtenPages: state.writtenPages))
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
      guard let failure else {
        state.phase = .synced(checkpoint)
        return
      }
      // The checkpoint before stays in force; a transaction that has begun already must not publish this one.
      state.failure = failure
      state.phase = .idle
      unsafe mdb_txn_abort(checkpoint.pin.transaction.raw)
    }
  }

  /// Lets a checkpoint go that a later one, or another data file, has made useless.
  func dropStaleCheckpoint(_ state: inout State, _ handle: Environment.Handle) {
    guard case .synced(let checkpoint) = state.phase,
      checkpoint.inode != handle.file.inode || checkpoint.commit <= state.header.checkpoint
    else { return }
    state.phase = .idle
    unsafe mdb_txn_abort(checkpoint.pin.transaction.raw)
  }

  /// Writes the header of a checkpoint whose data is synced, if there is one: what syncs the next record syncs it too.
  func publish(_ state: inout State) throws(LMDBError) -> LogHeader? {
    guard case .synced(let checkpoint) = state.phase, checkpoint.commit > state.header.checkpoint else { return nil }
    let header = LogHeader(
      sequence: state.header.sequence + 1, salt: state.header.salt, checkpoint: checkpoint.commit, start: checkpoint.start,
      inode: checkpoint.inode, root: checkpoint.root)
    try file.write(header)
    return header
  }

  func published(_ header: LogHeader, _ state: inout State) {
    guard case .synced(let checkpoint) = state.phase else { return }
    state.header = header
    state.durableSequence = header.sequence
    state.phase = .idle
    let pages = state.writtenPages - checkpoint.writtenPages
    keep(checkpoint.pin, &state)
    state.writtenPages = pages
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

  private func keep(_ pin: Pin, _ state: inout State) {
    if let old = state.pin { unsafe mdb_txn_abort(old.transaction.raw) }
    state.pin = pin
    state.writtenPages = 0
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
