internal import CLMDB
internal import Synchronization

/// An open LMDB environment: one data file of tables, with any number of readers and one writer at a time, in any number of processes.
///
/// A process opens it once and shares the object. It is safe to use from any thread; each read transaction costs two short locks of this
/// process and none of the system.
public final class Environment: Sendable {
  /// LMDB's environment object, and the file that it has open.
  // Sendable because LMDB locks what its threads share, and the gate keeps the calls that do not lock away from all others: moving the map, and
  // closing, after which another may take its place.
  @safe
  final class Handle: @unchecked Sendable {
    var raw: OpaquePointer
    var file: FileIdentity
    /// Set while there is none: between closing one and opening the next, and for ever when that failed.
    var isClosed = false

    init(raw: OpaquePointer, file: FileIdentity) {
      unsafe self.raw = unsafe raw
      self.file = file
    }
  }

  /// The directory, as it was given to open.
  public let path: String
  /// Whether write transactions are refused.
  public let isReadOnly: Bool
  /// The unnamed table, in which LMDB keeps the names of the others: for one small record that every commit rewrites.
  ///
  /// Its keys must differ from the tables' names: LMDB refuses to overwrite those.
  public let mainTable: Table
  /// Unlike any other environment's of this process.
  @usableFromInline let id: Int

  let handle: Handle
  let gate = TransactionGate()
  let tables: [String: Table]
  /// What it was opened with, to open the file that takes this one's place in the same way.
  let tableNames: [String]
  let options: EnvironmentOptions
  /// What makes commits durable; nil when LMDB does.
  let log: CommitLog?
  private let forkGeneration: Int
  private let syncsAtClose: Bool
  /// Whether it keeps this process from opening the file a second time.
  private let isRegistered: Bool

  init(_ opened: OpenedEnvironment, log: CommitLog?, isRegistered: Bool = true) {
    path = opened.path
    isReadOnly = opened.isReadOnly
    handle = opened.handle
    id = opened.id
    mainTable = opened.mainTable
    tables = opened.tables
    tableNames = opened.tableNames
    options = opened.options
    forkGeneration = opened.forkGeneration
    syncsAtClose = opened.syncsAtClose
    self.log = log
    self.isRegistered = isRegistered
  }

  deinit { close() }

  /// The table of that name.
  ///
  /// - Throws: `.notFound` when it was not named at open.
  public func table(_ name: String) throws(LMDBError) -> Table {
    guard let table = tables[name] else {
      throw LMDBError(.notFound, "find table \"\(name)\"", path: path, detail: "it was not named when the environment was opened")
    }
    return table
  }

  /// The tables named at open, by name.
  var namedTables: [Table] { tables.values.sorted { $0.name < $1.name } }

  /// Ends the use of the environment; closing twice is fine.
  ///
  /// New transactions are refused at once. Waits up to five seconds for transactions that are open on other threads; if any is still open
  /// then, the last to end closes the file.
  public func close() {
    guard isOwn else { return }
    if gate.close(timeout: .seconds(5)) { release() }
  }

  private func release() {
    if handle.isClosed { return gate.released() }
    for pointer in gate.takeIdle() { unsafe mdb_txn_abort(pointer.raw) }
    // The last commit's root may not be on the device yet.
    if syncsAtClose { unsafe _ = mdb_env_sync(handle.raw, 1) }
    log?.close(handle, isReadOnly: isReadOnly)
    unsafe mdb_env_close(handle.raw)
    if isRegistered { EnvironmentRegistry.remove(handle.file) }
    gate.released()
  }
}

// MARK: - Going in and out of the gate

extension Environment {
  /// Whether this is the process that opened it and not a child of that.
  private var isOwn: Bool { forkGeneration == ForkGeneration.current }

  private func enter(_ operation: String, reusing: Bool = false) throws(LMDBError) -> TransactionPointer? {
    guard isOwn else { throw error(.forked, operation) }
    do {
      return try gate.enter(reusing: reusing)
    } catch {
      throw self.error(error.status, operation)
    }
  }

  private func leave() {
    if gate.leave() { release() }
  }

  /// Runs `body` while the handle is sure to be there and its map to stay.
  func withHandle<R>(_ operation: String, _ body: (OpaquePointer) throws(LMDBError) -> R) throws(LMDBError) -> R {
    _ = try enter(operation)
    defer { leave() }
    return try unsafe body(handle.raw)
  }

  @usableFromInline
  @inline(never)
  func error(_ status: LMDBStatus, _ operation: String, _ table: Table? = nil) -> LMDBError {
    guard let table else { return LMDBError(status, operation, path: path) }
    return LMDBError(status, "\(operation) in table \"\(table.name)\"", path: path)
  }
}

// MARK: - Transactions

extension Environment {
  /// Begins a snapshot of the newest commit.
  ///
  /// - Throws: `.closed`; `.forked` in a child process; `.readersFull` when every slot belongs to a live reader; `.processNamespaceClash`;
  ///   `.mapResized` when another process made the map larger and transactions of this process did not end in ten seconds; `.panic`.
  public func makeReadTransaction() throws(LMDBError) -> ReadTransaction {
    let operation = "begin a read transaction"
    var recovery = Recovery()
    while true {
      let reused = try enter(operation, reusing: true)
      let code: Int32
      if let reused {
        code = unsafe mdb_txn_renew(reused.raw)
        if code == 0 { return ReadTransaction(reused, of: self) }
        // A slot that is no longer ours may be another's by now: freeing the transaction would free their slot.
        if code != MDB_BAD_RSLOT { unsafe mdb_txn_abort(reused.raw) }
      } else {
        var raw: OpaquePointer?
        code = unsafe mdb_txn_begin(handle.raw, nil, UInt32(MDB_RDONLY), &raw)
        if code == 0, let raw = unsafe raw { return unsafe ReadTransaction(TransactionPointer(raw), of: self) }
      }
      leave()
      try recover(from: code, operation, &recovery)
    }
  }

  /// Waits for the write lock and begins a transaction that sees the newest commit.
  ///
  /// Waits without limit while another thread or process writes. Use and end the transaction on this thread.
  ///
  /// - Throws: `.wrongThread` when this thread has a write transaction already, or the lock was lost by ending one on another thread;
  ///   `.permissionDenied` when the environment is read-only; `.closed`, `.forked`, `.mapResized` and `.panic` as
  ///   ``makeReadTransaction()``.
  public func makeWriteTransaction() throws(LMDBError) -> WriteTransaction {
    let operation = "begin a write transaction"
    if isReadOnly {
      throw LMDBError(.permissionDenied, operation, path: path, detail: "the environment was opened read-only")
    }
    let thread = ThreadIdentity.current
    var recovery = Recovery()
    while true {
      _ = try enter(operation)
      guard gate.canWrite(thread) else {
        leave()
        throw error(.wrongThread, operation)
      }
      var raw: OpaquePointer?
      let code = unsafe mdb_txn_begin(handle.raw, nil, 0, &raw)
      if code == 0, let raw = unsafe raw {
        if isReplaced {
          // A commit to this file would be lost. Under the write lock it is certain that nobody is about to replace the new one.
          unsafe mdb_txn_abort(raw)
          leave()
          try followReplacement()
          continue
        }
        let pointer = unsafe TransactionPointer(raw)
        do throws(LMDBError) {
          try log?.prepare(after: UInt64(pointer.id) - 1, handle)
        } catch {
          unsafe mdb_txn_abort(raw)
          leave()
          throw error
        }
        gate.beganWriting(thread)
        return WriteTransaction(pointer, of: self, on: thread)
      }
      leave()
      try recover(from: code, operation, &recovery)
    }
  }

  /// What was already tried to begin one transaction.
  private struct Recovery {
    var attempts = 0
  }

  /// Puts right what can be put right after a failure to begin, or throws it.
  private func recover(from code: Int32, _ operation: String, _ recovery: inout Recovery) throws(LMDBError) {
    recovery.attempts += 1
    let status = LMDBStatus(rawValue: code)
    switch status {
    // Each is tried a few times: other processes can grow the map or take the slots again before we come back.
    case .mapResized where recovery.attempts < 8:
      let outcome = adoptMap(timeout: .seconds(10))
      if outcome == .timedOut { throw error(.mapResized, operation) }
      if outcome != .success { throw error(outcome, operation) }
    case .readersFull where recovery.attempts < 2:
      _ = try clearStaleReaders()
    case .badReaderSlot where recovery.attempts < Self.maximumSlotAttempts:
      break
    // A reader's first transaction locks the byte of its process id; only a process of the same number can hold it.
    case LMDBStatus(rawValue: EAGAIN): throw error(.processNamespaceClash, operation)
    default: throw error(status, operation)
    }
  }

  // Every idle transaction may have lost its slot.
  private static var maximumSlotAttempts: Int { TransactionGate.maximumIdle + 2 }

  /// Ends a read transaction, keeping its slot for the next.
  func endRead(_ pointer: TransactionPointer) {
    // In a child process the slot is the parent's, who still reads.
    guard isOwn else { return }
    unsafe mdb_txn_reset(pointer.raw)
    if gate.park(pointer) { return }
    unsafe mdb_txn_abort(pointer.raw)
    leave()
  }

  func commitWrite(_ pointer: TransactionPointer, _ record: CommitRecord?, begunOn thread: ThreadIdentity) throws(LMDBError) {
    guard isOwn else { throw error(.forked, "commit") }
    guard thread == .current else {
      gate.lostWriter()
      throw error(.wrongThread, "commit")
    }
    gate.endedWriting()
    defer { leave() }
    if let log, let record, !record.isEmpty {
      do throws(LMDBError) {
        try log.append(record, number: UInt64(pointer.id), handle)
      } catch {
        unsafe mdb_txn_abort(pointer.raw)
        throw error
      }
    }
    let code = unsafe mdb_txn_commit(pointer.raw)
    if code == 0 {
      log?.committed()
    } else {
      retract()
      throw error(LMDBStatus(rawValue: code), "commit")
    }
  }

  /// Takes what LMDB could not commit out of the log, under a write lock of its own, since the failure gave the other away.
  private func retract() {
    guard let log else { return }
    var raw: OpaquePointer?
    guard unsafe mdb_txn_begin(handle.raw, nil, 0, &raw) == 0, let raw = unsafe raw else { return }
    log.retract(after: UInt64(unsafe TransactionPointer(raw).id) - 1)
    unsafe mdb_txn_abort(raw)
  }

  func abortWrite(_ pointer: TransactionPointer, begunOn thread: ThreadIdentity) {
    guard isOwn else { return }
    // Another thread cannot unlock LMDB's robust mutex; leaving the transaction open at least keeps what it guards whole.
    guard thread == .current else { return gate.lostWriter() }
    gate.endedWriting()
    unsafe mdb_txn_abort(pointer.raw)
    leave()
  }
}
