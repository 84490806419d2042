internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Environment {
  /// Writes everything that was committed to the device, whatever the durability (`mdb_env_sync`).
  public func sync() throws(LMDBError) {
    if isReadOnly { return }
    if let log {
      let transaction = try makeWriteTransaction()
      // Ends, and gives the write lock back, after the checkpoint.
      defer { withExtendedLifetime(transaction) {} }
      return try log.checkpoint(UInt64(transaction.id) - 1, handle)
    }
    let code = unsafe try withHandle("sync") { handle throws(LMDBError) in unsafe mdb_env_sync(handle, 1) }
    if code != 0 { throw error(LMDBStatus(rawValue: code), "sync") }
  }

  /// Frees the reader slots of processes that died; how many there were (`mdb_reader_check`).
  ///
  /// A dead reader's snapshot keeps pages from being reused until somebody looks: do this every few seconds while writing.
  @discardableResult
  public func clearStaleReaders() throws(LMDBError) -> Int {
    var dead: Int32 = 0
    let code = unsafe try withHandle("clear stale readers") { handle throws(LMDBError) in unsafe mdb_reader_check(handle, &dead) }
    if code != 0 { throw error(LMDBStatus(rawValue: code), "clear stale readers") }
    return Int(dead)
  }

  /// Makes the map at least twice as large and at least `toAtLeast` bytes: the answer to `.mapFull`.
  ///
  /// Keeps new transactions of this process waiting, waits up to `timeout` for those that are open, and moves the map. Other processes
  /// follow by themselves once data lies beyond their maps.
  ///
  /// - Throws: `.wrongThread` when this thread has a write transaction open; `.timedOut` when a transaction stays open, in which case
  ///   nothing changed; `.outOfMemory` when there is not enough address space, in which case nothing changed either.
  public func growMap(toAtLeast bytes: Int = 0, timeout: Duration = .seconds(10)) throws(LMDBError) {
    let operation = "grow the map"
    let current = try mapSizeBytes()
    guard gate.canWrite(.current) else { throw error(.wrongThread, operation) }
    let (doubled, isTooLarge) = current.multipliedReportingOverflow(by: 2)
    let size = max(isTooLarge ? current : doubled, bytes)
    let outcome = gate.drain(timeout: timeout) { moveMap(to: size) }
    if outcome != .success {
      let mebibytes = size >> 20
      throw LMDBError(outcome, operation, path: path, detail: "\(outcome.description) (for a map of \(mebibytes) MiB)")
    }
  }

  /// Follows another process that made the map larger.
  func adoptMap(timeout: Duration) -> LMDBStatus {
    gate.drain(timeout: timeout) {
      let current = mapSizeWhileDrained
      var descriptor: Int32 = -1
      unsafe mdb_env_get_fd(handle.raw, &descriptor)
      guard let meta = try? DataFile(descriptor: descriptor, path: path).newestMeta() else { return (.invalid, true) }
      // Not mdb_env_set_mapsize(0): that would also shrink a map that is larger than the other process's.
      let wanted = max(meta.mapSizeBytes, meta.usedBytes)
      // Another thread of this process may have been here first.
      return current >= meta.usedBytes ? (.success, true) : moveMap(to: wanted)
    }
  }

  private func mapSizeBytes() throws(LMDBError) -> Int {
    unsafe try withHandle("read the map size") { _ throws(LMDBError) in mapSizeWhileDrained }
  }

  private var mapSizeWhileDrained: Int {
    var information = unsafe MDB_envinfo()
    unsafe mdb_env_info(handle.raw, &information)
    return unsafe information.me_mapsize
  }

  /// Moves the map. Nobody may be inside the gate.
  private func moveMap(to size: Int) -> (status: LMDBStatus, isUsable: Bool) {
    let size = MapSize.rounded(size)
    // LMDB unmaps the old map before it tries the new, and is lost when that fails: try first.
    var descriptor: Int32 = -1
    unsafe mdb_env_get_fd(handle.raw, &descriptor)
    guard let probe = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0),
      unsafe probe != UnsafeMutableRawPointer(bitPattern: -1)
    else { return (LMDBStatus(rawValue: errno), true) }
    unsafe munmap(probe, size)
    let code = unsafe mdb_env_set_mapsize(handle.raw, size)
    // EINVAL: a write transaction is open, and nothing was touched.
    return (LMDBStatus(rawValue: code), code == 0 || code == EINVAL)
  }
}

/// The arithmetic of map sizes.
enum MapSize {
  /// The largest page size LMDB knows is 64 KiB, so that any page size divides the map.
  static let granularity = 65_536

  static func rounded(_ size: Int) -> Int {
    let most = Int.max / granularity * granularity
    return size > most - granularity ? most : (size + granularity - 1) / granularity * granularity
  }

  /// `size`, or half of what the process may map at all: the rest is for everything else, and for moving the map.
  static func affordable(_ size: Int) -> Int {
    let limit = clmdb_address_space_limit()
    return min(rounded(size), limit == .max ? .max : max(rounded(Int(clamping: limit / 2)), granularity))
  }
}
