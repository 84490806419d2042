internal import CLMDB
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Environment {
  /// Opens an environment that exists.
  ///
  /// `directory` holds `data.mdb`, and `lock.mdb` beside it, which is made when it is missing. All tables that will be used are named here:
  /// those that are missing are created, unless the environment is read-only. Slots of readers that died are freed.
  ///
  /// - Throws: `.noSuchFile` without a `data.mdb`; `.invalid`, `.versionMismatch` and `.truncated` for a file that is not, or no longer, an
  ///   environment; `.alreadyOpen`, whatever path it was opened by; `.unsuitableFileSystem`; `.processNamespaceClash`; `.notFound` for a
  ///   table that is missing in a read-only environment; `.incompatible` for a table that other software made with duplicate keys.
  public static func open(
    at directory: String, tables: [String], options: EnvironmentOptions = .init()
  ) throws(LMDBError) -> Environment {
    let generation = ForkGeneration.watch()
    let file = try inspect(directory)
    if !options.allowsUnsuitableFileSystem { try FileSystem.requireSuitable(directory) }
    if let other = EnvironmentRegistry.insert(file, path: directory) {
      throw LMDBError(
        .alreadyOpen, "open the environment", path: directory, detail: "this process has it open as \(other)")
    }
    do throws(LMDBError) {
      if options.isReadOnly { try requireUnusedWithoutLocks(directory) }
      guard let log = try joinLog(at: directory, options: options) else {
        return Environment(try OpenedEnvironment(directory, tables, options, expecting: file, generation), log: nil)
      }
      return Environment(try open(directory, tables, options, log, expecting: file, generation), log: try CommitLog(log, options.logLimits))
    } catch {
      EnvironmentRegistry.remove(file)
      throw error
    }
  }

  private static func open(
    _ directory: String, _ tables: [String], _ options: EnvironmentOptions, _ log: LogFile, expecting file: FileIdentity, _ generation: Int
  ) throws(LMDBError) -> OpenedEnvironment {
    do throws(LMDBError) {
      return try OpenedEnvironment(directory, tables, options, expecting: file, generation, isLogged: true)
    } catch {
      guard error.status == .notFound, !options.isReadOnly, try log.isAlone() else { throw error }
      try addTables(tables, to: log, at: directory, options)
      try log.share()
      return try OpenedEnvironment(directory, tables, options, expecting: file, generation, isLogged: true)
    }
  }

  /// Opens an environment that need not exist in a directory that nobody else knows.
  static func openNew(at directory: String, tables: [String], options: EnvironmentOptions) throws(LMDBError) -> Environment {
    let generation = ForkGeneration.watch()
    let opened = try OpenedEnvironment(directory, tables, options, expecting: nil, generation)
    // Nobody can have opened it before us.
    _ = EnvironmentRegistry.insert(opened.file, path: directory)
    return Environment(opened, log: nil)
  }

  /// Refuses to read a store in use through a read-only mount, as of a volume in a container.
  ///
  /// LMDB would read it without a lock, and a writer elsewhere, who cannot know of this reader, would reuse the pages under it.
  private static func requireUnusedWithoutLocks(_ directory: String) throws(LMDBError) {
    guard LockFile.isOnReadOnlyFileSystem(directory), LockFile.isLocked(directory) else { return }
    throw LMDBError(
      .readOnlyFileSystem, "open the environment", path: directory,
      detail: "another process has it open, and on a read-only file system this one cannot make itself known as a reader")
  }

  /// Looks at the data file before LMDB does, which would make a lock file beside, or an environment of, whatever is there.
  private static func inspect(_ directory: String) throws(LMDBError) -> FileIdentity {
    let path = directory + "/data.mdb"
    // No lock of this process is on the data file, so opening and closing it drops none.
    let descriptor = openDescriptor(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw .last("open data.mdb", path: directory) }
    defer { closeDescriptor(descriptor) }
    let file = DataFile(descriptor: descriptor, path: directory)
    let identity = try file.identity()
    // LMDB takes an empty file for a new environment; here it is a creation that was cut short, or damage.
    if try file.byteCount() == 0 {
      throw LMDBError(.invalid, "open data.mdb", path: directory, detail: "it is empty")
    }
    _ = try file.newestMeta()
    return identity
  }
}

/// LMDB's environment object once everything about it was checked, and its tables.
struct OpenedEnvironment {
  let path: String
  let isReadOnly: Bool
  let handle: Environment.Handle
  let file: FileIdentity
  let tableNames: [String]
  let options: EnvironmentOptions
  let id: Int
  let mainTable: Table
  let tables: [String: Table]
  let forkGeneration: Int
  let syncsAtClose: Bool

  private static let lastID = Atomic<Int>(0)

  init(
    _ directory: String, _ tables: [String], _ options: EnvironmentOptions, expecting file: FileIdentity?, _ generation: Int,
    isLogged: Bool = false
  ) throws(LMDBError) {
    path = directory
    isReadOnly = options.isReadOnly
    forkGeneration = generation
    syncsAtClose = !options.isReadOnly && !isLogged && options.durability != .full
    id = Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
    let raw = unsafe try Self.open(directory, tables, options, isLogged: isLogged)
    do throws(LMDBError) {
      var descriptor: Int32 = -1
      unsafe mdb_env_get_fd(raw, &descriptor)
      // LMDB leaves this one descriptor open in programs that the process starts.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let dataFile = DataFile(descriptor: descriptor, path: directory)
      let identity = try dataFile.identity()
      if let file, file != identity {
        throw LMDBError(.noSuchFile, "open the environment", path: directory, detail: "the directory was replaced meanwhile")
      }
      unsafe try Self.requireWhole(raw, dataFile)
      if !options.isReadOnly { unsafe _ = mdb_reader_check(raw, nil) }
      // A commit that creates tables would not be in the log.
      let (main, named) = unsafe try Self.openTables(raw, tables, directory, id, creates: !options.isReadOnly && !isLogged)
      unsafe handle = Environment.Handle(raw: raw, file: identity)
      self.file = identity
      tableNames = tables
      self.options = options
      mainTable = main
      self.tables = named
    } catch {
      unsafe mdb_env_close(raw)
      throw error
    }
  }

  private static func open(
    _ directory: String, _ tables: [String], _ options: EnvironmentOptions, isLogged: Bool
  ) throws(LMDBError) -> OpaquePointer {
    let operation = "open the environment"
    guard options.mapSizeBytes > 0, options.maximumReaders > 0, options.maximumReaders <= 1 << 20 else {
      throw LMDBError(
        .invalidArgument, operation, path: directory,
        detail: "a map of \(options.mapSizeBytes) bytes with \(options.maximumReaders) reader slots is not possible")
    }
    var flags = UInt32(MDB_NOTLS)
    if options.isReadOnly { flags |= UInt32(MDB_RDONLY) }
    if options.disablesReadAhead { flags |= UInt32(MDB_NORDAHEAD) }
    switch options.durability.kind {
    case _ where isLogged: flags |= UInt32(MDB_NOSYNC)
    case .full, .logged: break
    case .withoutMetadataSync: flags |= UInt32(MDB_NOMETASYNC)
    case .unsynced: flags |= UInt32(MDB_NOSYNC)
    }
    var mapSize = MapSize.affordable(options.mapSizeBytes)
    while true {
      var environment: OpaquePointer?
      unsafe try check(mdb_env_create(&environment), operation, path: directory)
      guard let raw = unsafe environment else { throw LMDBError(.outOfMemory, operation, path: directory) }
      unsafe mdb_env_set_mapsize(raw, mapSize)
      unsafe mdb_env_set_maxreaders(raw, UInt32(options.maximumReaders))
      unsafe mdb_env_set_maxdbs(raw, UInt32(max(tables.count, 1)))
      let code = unsafe mdb_env_open(raw, directory, flags, mdb_mode_t(options.fileMode))
      if code == 0 { return unsafe raw }
      unsafe mdb_env_close(raw)
      // The address space is smaller than any limit says, or already in use: ask for less, down to 16 MiB. LMDB never maps less than the
      // data.
      if code == ENOMEM && mapSize > 16 << 20 {
        mapSize = MapSize.rounded(mapSize / 2)
        continue
      }
      throw failure(code, operation, directory, options)
    }
  }

  private static func failure(_ code: Int32, _ operation: String, _ directory: String, _ options: EnvironmentOptions) -> LMDBError {
    let status = LMDBStatus(rawValue: code)
    let detail: String? =
      switch status {
      case .permissionDenied where options.isReadOnly: "readers, too, need permission to write lock.mdb"
      case .permissionDenied: "the process may not write data.mdb and lock.mdb; open read-only, or change their owner"
      case .readOnlyFileSystem: "the file system is mounted read-only; open read-only"
      case .versionMismatch: "lock.mdb is in use by another version of LMDB; end the processes that use it"
      default: nil
      }
    return LMDBError(status, operation, path: directory, detail: detail)
  }

  /// Checks the file against its newest commit, with a transaction that keeps that commit's pages from being reused meanwhile.
  private static func requireWhole(_ raw: OpaquePointer, _ file: DataFile) throws(LMDBError) {
    // Each try is undone only by two commits of other processes between two calls; a store so busy is not one whose file was cut.
    for _ in 0..<64 {
      let transaction = unsafe try beginReading(raw, file)
      defer { unsafe mdb_txn_abort(transaction.raw) }
      let metas = try file.metas()
      for meta in [metas.0, metas.1] where meta.transactionID == UInt64(transaction.id) {
        return try file.requireWhole(meta)
      }
    }
  }

  private static func beginReading(_ raw: OpaquePointer, _ file: DataFile) throws(LMDBError) -> TransactionPointer {
    let operation = "open the environment"
    for attempt in 0..<8 {
      var transaction: OpaquePointer?
      let code = unsafe mdb_txn_begin(raw, nil, UInt32(MDB_RDONLY), &transaction)
      if code == 0, let transaction = unsafe transaction { return unsafe TransactionPointer(transaction) }
      switch LMDBStatus(rawValue: code) {
      case .readersFull where attempt == 0: unsafe mdb_reader_check(raw, nil)
      // No transaction is open yet, so that the map may move.
      case .mapResized: unsafe try check(mdb_env_set_mapsize(raw, 0), operation, path: file.path)
      case LMDBStatus(rawValue: EAGAIN): throw LMDBError(.processNamespaceClash, operation, path: file.path)
      default: throw LMDBError(LMDBStatus(rawValue: code), operation, path: file.path)
      }
    }
    throw LMDBError(.mapResized, operation, path: file.path)
  }

  // MARK: - Tables

  /// Opens the tables in one transaction that is committed, as their handles die with one that is not.
  private static func openTables(
    _ raw: OpaquePointer, _ names: [String], _ directory: String, _ id: Int, creates: Bool
  ) throws(LMDBError) -> (main: Table, named: [String: Table]) {
    for name in names where name.isEmpty || name.utf8.count > 511 || name.utf8.contains(0) {
      throw LMDBError(.badValueSize, "open table \"\(name)\"", path: directory, detail: "a name has 1 to 511 bytes and no NUL")
    }
    // A read transaction first: the write lock may be held by another process for long.
    do throws(LMDBError) {
      return unsafe try openTables(raw, names, directory, id, UInt32(MDB_RDONLY))
    } catch {
      guard error.status == .notFound, creates else { throw error }
      return unsafe try openTables(raw, names, directory, id, 0)
    }
  }

  private static func openTables(
    _ raw: OpaquePointer, _ names: [String], _ directory: String, _ id: Int, _ flags: UInt32
  ) throws(LMDBError) -> (main: Table, named: [String: Table]) {
    var transaction: OpaquePointer?
    unsafe try check(mdb_txn_begin(raw, nil, flags, &transaction), "open tables", path: directory)
    var index: MDB_dbi = 0
    var named: [String: Table] = [:]
    do throws(LMDBError) {
      unsafe try check(mdb_dbi_open(transaction, nil, 0, &index), "open the main table", path: directory)
      let main = Table(name: "", index: index, environmentID: id)
      for name in names {
        let create = flags == 0 ? UInt32(MDB_CREATE) : 0
        unsafe try check(mdb_dbi_open(transaction, name, create, &index), "open table \"\(name)\"", path: directory)
        var tableFlags: UInt32 = 0
        unsafe try check(mdb_dbi_flags(transaction, index, &tableFlags), "open table \"\(name)\"", path: directory)
        // Duplicates and other orders than that of bytes would make cursors and deletions mean something else.
        guard tableFlags == 0 else { throw LMDBError(.incompatible, "open table \"\(name)\"", path: directory) }
        named[name] = Table(name: name, index: index, environmentID: id)
      }
      let committed = unsafe transaction
      unsafe transaction = nil
      unsafe try check(mdb_txn_commit(committed), "open tables", path: directory)
      return (main, named)
    } catch {
      if let transaction = unsafe transaction { unsafe mdb_txn_abort(transaction) }
      throw error
    }
  }
}
