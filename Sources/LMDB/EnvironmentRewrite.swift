internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

// Invariants:
//   a data file takes another's place by a rename under the write lock, and only one that holds the same commit under the same number
//   nothing is committed to a file that is not the one under the environment's path

extension Environment {
  /// Puts a copy of the newest commit without free pages in the place of the data file, which gives their space back to the file system.
  ///
  /// Writers of all processes wait meanwhile; readers go on. The copy carries the commit's own number, so that the lock file, with its readers and its
  /// newest number, is right for the new file as it was for the old. Whoever has the old file open goes over to the new one with its next
  /// write, or by ``followReplacement(timeout:)``. A crash at any moment leaves the old file or the new one, either whole.
  ///
  /// - Parameter verify: examines the copy, which is open for reading, before it takes its place; what it throws leaves the old file.
  /// - Throws: `.permissionDenied` when the environment is read-only; `.noSpace` when the file system has no room for the copy, `.incompatible` when there
  ///   are pages that are neither used nor free.
  public func rewrite(verifying verify: (Environment) throws -> Void) throws {
    let names = tableNames
    let prefix = path + "/" + Self.temporaryPrefix
    Self.removeStaleSiblings(of: prefix)
    let transaction = try makeWriteTransaction()
    let temporary = prefix + Self.randomSuffix()
    try FileSystem.createDirectory(at: temporary, mode: 0o700)
    do {
      // The write lock is held, so the newest commit is the one before this transaction.
      try writeCopy(to: temporary + "/data.mdb", number: transaction.id - 1)
      var reading = options
      reading.isReadOnly = true
      let copy = try Environment.open(at: temporary, tables: names, options: reading)
      do {
        try verify(copy)
        copy.close()
      } catch {
        copy.close()
        throw error
      }
      try FileSystem.syncDirectory(at: temporary)
      // From here on either file is whole without the log.
      try log?.checkpoint(UInt64(transaction.id) - 1, handle)
      try FileSystem.rename(from: temporary + "/data.mdb", to: path + "/data.mdb")
      try FileSystem.syncDirectory(at: path)
    } catch {
      try? FileSystem.removeTree(at: temporary)
      throw error
    }
    try? FileSystem.removeTree(at: temporary)
    withExtendedLifetime(transaction) {}
  }

  /// A synced copy of the newest commit, with its number, and with owner and mode of the original.
  private func writeCopy(to copyPath: String, number: Int) throws(LMDBError) {
    let operation = "rewrite the environment"
    let file = try DurableFile.create(at: copyPath)
    var status = stat()
    // The write transaction keeps the handle.
    unsafe fstat(handle.dataFile(path).descriptor, &status)
    let code = unsafe mdb_env_copyfd2(handle.raw, file.descriptor, UInt32(MDB_CP_COMPACT))
    if code != 0 { throw LMDBError(LMDBStatus(rawValue: code), operation, path: path) }
    if fchmod(file.descriptor, status.st_mode & 0o777) != 0 { throw .last(operation, path: copyPath) }
    // Only root can give a file away; anybody else's copy is the caller's own, as the original was.
    _ = fchown(file.descriptor, status.st_uid, status.st_gid)
    let descriptor = openDescriptor(copyPath, O_RDWR | O_CLOEXEC)
    if descriptor < 0 { throw .last("open the copy", path: copyPath) }
    defer { closeDescriptor(descriptor) }
    try DataFile(descriptor: descriptor, path: copyPath).renumber(newestCommit: UInt64(number))
    try file.sync()
  }

  // MARK: - Going over to a new file

  /// Whether another file is at the environment's path than the one it has open.
  ///
  /// - Complexity: one call of the system.
  var isReplaced: Bool {
    guard let present = try? FileSystem.identity(of: path + "/data.mdb") else { return false }
    return present != handle.file
  }

  /// Closes the file and opens the one that took its place, if one did.
  ///
  /// Keeps new transactions of this process waiting, and waits for those that are open. Call it outside of transactions of this thread, when what a
  /// transaction sees is not of the number it has: a commit to the new file makes the old one look so.
  ///
  /// - Throws: `.timedOut` when a transaction stays open, in which case nothing changed; what opening throws, after which the environment is of no
  ///   more use.
  public func followReplacement(timeout: Duration = .seconds(30)) throws(LMDBError) {
    guard isReplaced else { return }
    let outcome = gate.drain(timeout: timeout) { reopen() }
    if outcome != .success { throw LMDBError(outcome, "open the rewritten data.mdb", path: path) }
  }

  /// Nobody may be inside the gate.
  private func reopen() -> (status: LMDBStatus, isUsable: Bool) {
    // Another thread of this process may have been here first.
    guard isReplaced else { return (.success, true) }
    do {
      // Whoever replaced it may have died before the new name was on the device; what this process commits must not be lost with it.
      if !isReadOnly { try FileSystem.syncDirectory(at: path) }
    } catch {
      return (error.status, true)
    }
    for pointer in gate.takeIdle() { unsafe mdb_txn_abort(pointer.raw) }
    log?.letGo()
    unsafe mdb_env_close(handle.raw)
    handle.isClosed = true
    EnvironmentRegistry.remove(handle.file)
    do throws(LMDBError) {
      let opened = try OpenedEnvironment(path, tableNames, options, expecting: nil, ForkGeneration.current, isLogged: log != nil)
      // LMDB numbers tables in the order in which they are opened, which is the same.
      guard tableNames.allSatisfy({ opened.tables[$0]?.index == tables[$0]?.index }), opened.mainTable.index == mainTable.index else {
        unsafe mdb_env_close(opened.handle.raw)
        return (.incompatible, false)
      }
      unsafe handle.raw = opened.handle.raw
      handle.file = opened.file
      handle.isClosed = false
      _ = EnvironmentRegistry.insert(opened.file, path: path)
      return (.success, true)
    } catch {
      return (error.status, false)
    }
  }
}
