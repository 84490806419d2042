internal import CLMDB

/// The size and use of an environment at one moment.
public struct EnvironmentInformation: Sendable {
  /// The size of this process's map: what the data file can grow to.
  public var mapSizeBytes = 0
  /// The size of the data file; it never shrinks.
  public var fileBytes = 0
  /// What of the file was ever used: pages in use and free pages.
  public var usedBytes = 0
  public var pageSizeBytes = 0
  /// Pages that later commits will reuse.
  public var freePages = 0
  /// Slots that are taken, of live readers and of readers kept for reuse, of all processes.
  public var readersInUse = 0
  public var maximumReaders = 0
  /// The number of the newest commit.
  public var lastTransactionID = 0
  /// The tables named at open, by name.
  public var tables: [TableInformation] = []

  /// The size of one table.
  public struct TableInformation: Sendable {
    public var name: String
    public var entryCount: Int
    /// The levels of the tree; 0 when it is empty.
    public var depth: Int
    public var branchPages: Int
    public var leafPages: Int
    /// Pages of values that do not fit a leaf.
    public var overflowPages: Int
  }
}

/// The LMDB library that is linked.
public enum LMDBLibrary {
  /// Its version.
  ///
  /// 0.9.26 to 0.9.31 destroyed the process-shared locks when the last process of a moment closed, which raced with others that opened
  /// (ITS#9278, taken back in ITS#10095).
  public static var version: (major: Int, minor: Int, patch: Int) {
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    unsafe mdb_version(&major, &minor, &patch)
    return (Int(major), Int(minor), Int(patch))
  }
}

extension Environment {
  /// The size and use of the environment as of the newest commit.
  ///
  /// - Complexity: O(free-page records + reader slots).
  public var information: EnvironmentInformation {
    get throws(LMDBError) {
      let transaction = try makeReadTransaction()
      var result = EnvironmentInformation()
      var general = unsafe MDB_envinfo()
      var statistics = MDB_stat()
      // The transaction keeps the handle. Going through the gate again would wait for a map that is to move once this transaction has ended.
      unsafe mdb_env_info(handle.raw, &general)
      unsafe mdb_env_stat(handle.raw, &statistics)
      let fileBytes = try handle.dataFile(path).byteCount()
      unsafe result.mapSizeBytes = general.me_mapsize
      result.fileBytes = fileBytes
      unsafe result.usedBytes = (general.me_last_pgno + 1) * Int(statistics.ms_psize)
      result.pageSizeBytes = Int(statistics.ms_psize)
      unsafe result.maximumReaders = Int(general.me_maxreaders)
      unsafe result.lastTransactionID = general.me_last_txnid
      result.readersInUse = readersWhileInside().count
      result.freePages = unsafe try freePageCount(transaction.pointer.raw)
      for table in namedTables {
        let size = try transaction.pointer.statistics(of: table, of: self)
        result.tables.append(
          .init(
            name: table.name, entryCount: size.ms_entries, depth: Int(size.ms_depth), branchPages: size.ms_branch_pages,
            leafPages: size.ms_leaf_pages, overflowPages: size.ms_overflow_pages))
      }
      return result
    }
  }

  /// Bytes of pages that hold data, or were ever used if that is less than `threshold`: only from there on are free pages looked for and left
  /// out.
  ///
  /// - Complexity: constant below the threshold, else O(free-page records).
  public func usedBytes(countingFreePagesFrom threshold: Int) throws(LMDBError) -> Int {
    var general = unsafe MDB_envinfo()
    var statistics = MDB_stat()
    unsafe try withHandle("examine the environment") { handle throws(LMDBError) in
      unsafe mdb_env_info(handle, &general)
      unsafe mdb_env_stat(handle, &statistics)
    }
    let pageSize = Int(statistics.ms_psize)
    let used = unsafe (general.me_last_pgno + 1) * pageSize
    if used < threshold { return used }
    let transaction = try makeReadTransaction()
    return unsafe used - (try freePageCount(transaction.pointer.raw)) * pageSize
  }

  /// Adds up the records of free pages, each of which begins with its length.
  private func freePageCount(_ transaction: OpaquePointer) throws(LMDBError) -> Int {
    let freePages: MDB_dbi = 0  // FREE_DBI
    var cursor: OpaquePointer?
    var code = unsafe mdb_cursor_open(transaction, freePages, &cursor)
    if code != 0 { throw error(LMDBStatus(rawValue: code), "count free pages") }
    defer { unsafe mdb_cursor_close(cursor) }
    var count = 0
    var key = unsafe MDB_val()
    var value = unsafe MDB_val()
    code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
    while code == 0 {
      if unsafe value.mv_size >= MemoryLayout<Int>.size {
        count += unsafe UnsafeRawPointer(value.start).loadUnaligned(as: Int.self)
      }
      code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
    }
    if code != MDB_NOTFOUND { throw error(LMDBStatus(rawValue: code), "count free pages") }
    return count
  }
}
