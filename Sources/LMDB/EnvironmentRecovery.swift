internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

// Invariants:
//   only who is alone with the environment recovers it, and nobody opens it meanwhile
//   until the new checkpoint is on the device, the header and every page of the old one stay as they are: a recovery can be repeated

extension Environment {
  /// Opens the write-ahead log of an environment that is about to be opened, and makes the data file what the log says if it was not closed in order.
  ///
  /// - Returns: nil when there is none and the options do not ask for one.
  /// - Throws: `.corrupted` when the log is damaged; `.permissionDenied` when there is something to recover and the files may not be written.
  static func joinLog(at directory: String, options: EnvironmentOptions) throws(LMDBError) -> LogFile? {
    while true {
      if let file = try LogFile.open(at: directory) {
        if try file.isAlone() { try recover(file, at: directory, options: options) }
        try file.share()
        return file
      }
      guard options.durability == .logged, !options.isReadOnly else { return nil }
      try createLog(at: directory, options: options)
    }
  }

  private static func createLog(at directory: String, options: EnvironmentOptions) throws(LMDBError) {
    let data = try openDataFile(directory, O_RDWR)
    defer { closeDescriptor(data.descriptor) }
    guard syncData(data.descriptor) == 0 else { throw .last("sync data.mdb", path: directory) }
    let newest = try data.newestMeta().transactionID
    let header = LogHeader(
      sequence: 1, salt: .random(in: 1 ... .max), checkpoint: newest, start: LogFile.firstRecord, inode: try data.identity().inode,
      root: try data.root(of: newest))
    try LogFile.create(at: directory, header, mode: options.fileMode)
  }

  /// Goes back to the last checkpoint and repeats the commits that the log has after it.
  private static func recover(_ file: LogFile, at directory: String, options: EnvironmentOptions) throws(LMDBError) {
    let header = try file.header()
    let commits = try commits(in: file, header)
    let isAtCheckpoint = try newestCommit(directory) == header.checkpoint
    if isAtCheckpoint, commits.isEmpty { return }
    guard file.isWritable else {
      throw LMDBError(
        .permissionDenied, "open the environment", path: directory,
        detail: "its last user did not close it, and to recover it takes permission to write data.mdb and wal; open it once for writing")
    }
    if !isAtCheckpoint { try restore(header.root, at: directory) }
    let names = Set(commits.flatMap { $0.operations.map(\.table) }).subtracting([""]).sorted()
    let environment = try openPrivately(directory, tables: names, options)
    defer { environment.close() }
    let last = try environment.replay(commits, after: header.checkpoint)
    _ = try CommitLog.checkpoint(last, environment.handle, file, after: header)
  }

  private static func newestCommit(_ directory: String) throws(LMDBError) -> UInt64 {
    let data = try openDataFile(directory, O_RDONLY)
    defer { closeDescriptor(data.descriptor) }
    return try data.newestMeta().transactionID
  }

  private static func restore(_ root: [UInt8], at directory: String) throws(LMDBError) {
    let data = try openDataFile(directory, O_RDWR)
    defer { closeDescriptor(data.descriptor) }
    try data.restore(root: root)
  }

  /// Creates tables that an environment with a log lacks. Nobody else may have it open.
  static func addTables(_ tables: [String], to file: LogFile, at directory: String, _ options: EnvironmentOptions) throws(LMDBError) {
    let header = try file.header()
    let environment = try openPrivately(directory, tables: tables, options)
    defer { environment.close() }
    let newest = try environment.handle.dataFile(directory).newestMeta().transactionID
    _ = try CommitLog.checkpoint(newest, environment.handle, file, after: header)
  }

  /// One commit that the log has.
  private struct LoggedCommit {
    let number: UInt64
    let operations: [CommitRecord.Operation]
  }

  /// The whole records after a checkpoint; the first that is not whole was not acknowledged.
  private static func commits(in file: LogFile, _ header: LogHeader) throws(LMDBError) -> [LoggedCommit] {
    var commits: [LoggedCommit] = []
    var offset = header.start
    while true {
      let number = header.checkpoint + UInt64(commits.count) + 1
      guard let place = try file.place(of: number, after: offset, salt: header.salt),
        let bytes = try file.operations(place)
      else { return commits }
      guard let operations = CommitRecord.operations(bytes) else {
        throw LMDBError(
          .corrupted, "recover the environment", path: file.path, detail: "the record of commit \(number) is not one of this version")
      }
      commits.append(LoggedCommit(number: number, operations: operations))
      offset = place.end
    }
  }

  /// Commits, without a sync, what was logged; answers the number of the newest commit.
  private func replay(_ commits: [LoggedCommit], after checkpoint: UInt64) throws(LMDBError) -> UInt64 {
    // Keeps the pages of the checkpoint, should this recovery be cut short as well.
    let pin = try makeReadTransaction()
    guard pin.id == Int(checkpoint) else { throw unexpected(pin.id, checkpoint) }
    for commit in commits {
      var transaction = try makeWriteTransaction()
      guard transaction.id == Int(commit.number) else { throw unexpected(transaction.id, commit.number) }
      for operation in commit.operations {
        let (key, value) = (operation.key, operation.value)
        let table = operation.table.isEmpty ? mainTable : try table(operation.table)
        switch operation.kind {
        case .put: try transaction.put(value.span, for: key.span, in: table)
        case .delete: _ = try transaction.delete(key.span, in: table)
        case .clear: try transaction.clear(table)
        }
      }
      try transaction.commit()
    }
    withExtendedLifetime(pin) {}
    return commits.last?.number ?? checkpoint
  }

  private func unexpected(_ found: Int, _ expected: UInt64) -> LMDBError {
    LMDBError(
      .corrupted, "recover the environment", path: path, detail: "LMDB is at commit \(found) and the write-ahead log at \(expected)")
  }

  // MARK: -

  /// The data file. No lock of this process is on it, so that opening and closing it drops none.
  private static func openDataFile(_ directory: String, _ flags: Int32) throws(LMDBError) -> DataFile {
    let descriptor = openDescriptor(directory + "/data.mdb", flags | O_CLOEXEC)
    if descriptor < 0 { throw .last("open data.mdb", path: directory) }
    return DataFile(descriptor: descriptor, path: directory)
  }

  /// The environment without its log and without syncs.
  private static func openPrivately(_ directory: String, tables: [String], _ options: EnvironmentOptions) throws(LMDBError) -> Environment {
    var options = options
    options.isReadOnly = false
    options.durability = .unsynced
    let opened = try OpenedEnvironment(directory, tables, options, expecting: nil, ForkGeneration.current)
    return Environment(opened, log: nil, isRegistered: false)
  }
}
