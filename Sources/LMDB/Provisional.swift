// A first thin wrapper, to be deleted when the full one lands. Besides the planned names, the engine uses: Environment.mainTable, Environment.create(... initialise: (Environment, inout WriteTransaction)),
// Span.precedes, FileSystem.*, DurableFile, ReadableFile, WallClock, DedicatedThread, EnvironmentInformation fields as here.
public import CLMDB
internal import CXXHash
internal import Glibc
internal import Synchronization

public struct LMDBStatus: RawRepresentable, Hashable, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
  public static let mapFull = LMDBStatus(rawValue: MDB_MAP_FULL)
  public static let transactionFull = LMDBStatus(rawValue: MDB_TXN_FULL)
  public static let panic = LMDBStatus(rawValue: MDB_PANIC)
  public static let exists = LMDBStatus(rawValue: EEXIST)
  public static let closed = LMDBStatus(rawValue: -1)
}
public struct LMDBError: Error {
  public let status: LMDBStatus
  public let operation: String
  public var message: String { unsafe "\(operation): \(String(cString: mdb_strerror(status.rawValue)))" }
  init(_ s: Int32, _ o: String) {
    status = LMDBStatus(rawValue: s)
    operation = o
  }
}
func check(_ rc: Int32, _ o: String) throws(LMDBError) { if rc != 0 { throw LMDBError(rc, o) } }
public struct EnvironmentOptions: Sendable {
  public enum Durability: Sendable { case full, withoutMetadataSync, unsynced }
  public var mapSizeBytes = 1 << 38
  public var isReadOnly = false
  public var durability = Durability.full
  public var allowsUnsuitableFileSystem = false
  public init() {}
}
public struct Table: Sendable, Hashable {
  @usableFromInline let dbi: MDB_dbi
  public let name: String
}
public struct EnvironmentInformation {
  public var mapSizeBytes = 0, fileBytes = 0, usedBytes = 0, freePages = 0, pageSizeBytes = 4096, readersInUse = 0, maximumReaders = 0
}
public final class Environment: @unchecked Sendable {
  let env: OpaquePointer
  public let path: String
  var tables: [String: Table] = [:]
  public var mainTable: Table
  init(_ directory: String, _ names: [String], _ o: EnvironmentOptions) throws(LMDBError) {
    path = directory
    var e: OpaquePointer?
    try unsafe check(mdb_env_create(&e), "create")
    unsafe env = e!
    unsafe mdb_env_set_mapsize(env, o.mapSizeBytes)
    unsafe mdb_env_set_maxreaders(env, 2048)
    unsafe mdb_env_set_maxdbs(env, 16)
    var flags = UInt32(MDB_NOTLS)
    if o.durability == .unsynced { flags |= UInt32(MDB_NOSYNC) }
    try unsafe check(mdb_env_open(env, directory, flags, 0o600), "open")
    var t: OpaquePointer?
    try unsafe check(mdb_txn_begin(env, nil, 0, &t), "begin")
    var d: MDB_dbi = 0
    try unsafe check(mdb_dbi_open(t, nil, 0, &d), "main")
    mainTable = Table(dbi: d, name: "")
    for n in names {
      try unsafe check(mdb_dbi_open(t, n, UInt32(MDB_CREATE), &d), "table")
      tables[n] = Table(dbi: d, name: n)
    }
    try unsafe check(mdb_txn_commit(t), "commit")
  }
  public static func open(at d: String, tables: [String], options: EnvironmentOptions) throws(LMDBError) -> Environment {
    try Environment(d, tables, options)
  }
  public static func create(
    at d: String, tables: [String], options: EnvironmentOptions, initialise: (Environment, inout WriteTransaction) throws -> Void
  ) throws {
    _ = unsafe mkdir(d, 0o700)
    let e = try Environment(d, tables, options)
    var t = try e.makeWriteTransaction()
    try initialise(e, &t)
    try t.commit()
    e.close()
  }
  public func table(_ n: String) throws(LMDBError) -> Table { tables[n]! }
  public func makeReadTransaction() throws(LMDBError) -> ReadTransaction {
    var t: OpaquePointer?
    try unsafe check(mdb_txn_begin(env, nil, UInt32(MDB_RDONLY), &t), "begin read")
    return unsafe ReadTransaction(txn: t!)
  }
  public func makeWriteTransaction() throws(LMDBError) -> WriteTransaction {
    var t: OpaquePointer?
    try unsafe check(mdb_txn_begin(env, nil, 0, &t), "begin write")
    return unsafe WriteTransaction(txn: t!)
  }
  public func growMap(toAtLeast: Int, timeout: Duration) throws(LMDBError) {}
  public func clearStaleReaders() throws(LMDBError) -> Int { 0 }
  public func sync() throws(LMDBError) { try unsafe check(mdb_env_sync(env, 1), "sync") }
  public var information: EnvironmentInformation { get throws(LMDBError) { EnvironmentInformation() } }
  public func close() { unsafe mdb_env_close(env) }
}
public protocol Transaction: ~Copyable {
  var id: Int { get }
  borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R?
  borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R
  borrowing func entryCount(of table: Table) throws(LMDBError) -> Int
}
func val(_ s: Span<UInt8>) -> MDB_val {
  unsafe s.withUnsafeBytes { unsafe MDB_val(mv_size: $0.count, mv_data: UnsafeMutableRawPointer(mutating: $0.baseAddress)) }
}
func lend<R>(_ v: MDB_val, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
  try unsafe body(UnsafeBufferPointer(start: v.mv_data?.assumingMemoryBound(to: UInt8.self), count: v.mv_size).span)
}
func getv<R>(_ txn: OpaquePointer, _ key: Span<UInt8>, _ t: Table, _ body: (Span<UInt8>) throws -> R) throws -> R? {
  var k = unsafe val(key)
  var v = unsafe MDB_val()
  let rc = unsafe mdb_get(txn, t.dbi, &k, &v)
  if rc == MDB_NOTFOUND { return nil }
  try check(rc, "get")
  return try unsafe lend(v, body)
}
func withc<R>(_ txn: OpaquePointer, _ t: Table, _ body: (inout Cursor) throws -> R) throws -> R {
  var c: OpaquePointer?
  try unsafe check(mdb_cursor_open(txn, t.dbi, &c), "cursor")
  defer { unsafe mdb_cursor_close(c) }
  var cur = unsafe Cursor(c: c!)
  return try body(&cur)
}
func cnt(_ txn: OpaquePointer, _ t: Table) throws(LMDBError) -> Int {
  var s = MDB_stat()
  try unsafe check(mdb_stat(txn, t.dbi, &s), "stat")
  return s.ms_entries
}
@safe public struct ReadTransaction: ~Copyable, Transaction {
  let txn: OpaquePointer
  init(txn: OpaquePointer) { unsafe self.txn = txn }
  public var id: Int { unsafe mdb_txn_id(txn) }
  public borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R? {
    try unsafe getv(txn, key, table, body)
  }
  public borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R {
    try unsafe withc(txn, table, body)
  }
  public borrowing func entryCount(of table: Table) throws(LMDBError) -> Int { try unsafe cnt(txn, table) }
  deinit { unsafe mdb_txn_abort(txn) }
}
@safe public struct WriteTransaction: ~Copyable, Transaction {
  var txn: OpaquePointer
  init(txn: OpaquePointer) { unsafe self.txn = txn }
  public var id: Int { unsafe mdb_txn_id(txn) }
  public borrowing func withValue<R>(for key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>) throws -> R) throws -> R? {
    try unsafe getv(txn, key, table, body)
  }
  public borrowing func withCursor<R>(on table: Table, _ body: (inout Cursor) throws -> R) throws -> R {
    try unsafe withc(txn, table, body)
  }
  public borrowing func entryCount(of table: Table) throws(LMDBError) -> Int { try unsafe cnt(txn, table) }
  func p(_ value: Span<UInt8>, _ key: Span<UInt8>, _ t: Table, _ f: Int32) throws(LMDBError) {
    var k = unsafe val(key)
    var v = unsafe val(value)
    try unsafe check(mdb_put(txn, t.dbi, &k, &v, UInt32(f)), "put")
  }
  public mutating func put(_ value: Span<UInt8>, for key: Span<UInt8>, in t: Table) throws(LMDBError) { try p(value, key, t, 0) }
  public mutating func append(_ value: Span<UInt8>, for key: Span<UInt8>, in t: Table) throws(LMDBError) {
    try p(value, key, t, MDB_APPEND)
  }
  public mutating func delete(_ key: Span<UInt8>, in t: Table) throws(LMDBError) -> Bool {
    var k = unsafe val(key)
    let rc = unsafe mdb_del(txn, t.dbi, &k, nil)
    if rc == MDB_NOTFOUND { return false }
    try check(rc, "del")
    return true
  }
  public consuming func commit() throws(LMDBError) {
    let t = unsafe txn
    discard self
    try unsafe check(mdb_txn_commit(t), "commit")
  }
  deinit { unsafe mdb_txn_abort(txn) }
}
@safe public struct Cursor: ~Copyable {
  let c: OpaquePointer
  var k = unsafe MDB_val(), v = unsafe MDB_val()
  init(c: OpaquePointer) { unsafe self.c = c }
  mutating func move(_ op: MDB_cursor_op) throws(LMDBError) -> Bool {
    let rc = unsafe mdb_cursor_get(c, &k, &v, op)
    if rc == MDB_NOTFOUND { return false }
    try check(rc, "cursor")
    return true
  }
  public mutating func seek(toAtLeast key: Span<UInt8>) throws(LMDBError) -> Bool {
    if key.isEmpty { return try move(MDB_FIRST) }
    unsafe k = val(key)
    return try move(MDB_SET_RANGE)
  }
  public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }
  public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }
  public mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }
  public mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }
  public var key: Span<UInt8> {
    @_lifetime(borrow self) get {
      let s = unsafe UnsafeBufferPointer(start: k.mv_data?.assumingMemoryBound(to: UInt8.self), count: k.mv_size).span
      return unsafe _overrideLifetime(s, borrowing: self)
    }
  }
  public var value: Span<UInt8> {
    @_lifetime(borrow self) get {
      let s = unsafe UnsafeBufferPointer(start: v.mv_data?.assumingMemoryBound(to: UInt8.self), count: v.mv_size).span
      return unsafe _overrideLifetime(s, borrowing: self)
    }
  }
}
extension Array where Element == UInt8 {
  public init(copying s: Span<UInt8>) { unsafe self = s.withUnsafeBufferPointer { unsafe Array($0) } }
}
extension Span where Element == UInt8 {
  public func loadBigEndianUInt64(at i: Int) -> UInt64 {
    var r: UInt64 = 0
    for j in i..<i + 8 { r = r << 8 | UInt64(self[j]) }
    return r
  }
  public func loadBigEndianUInt32(at i: Int) -> UInt32 {
    var r: UInt32 = 0
    for j in i..<i + 4 { r = r << 8 | UInt32(self[j]) }
    return r
  }
  public func loadBigEndianUInt16(at i: Int) -> UInt16 { UInt16(self[i]) << 8 | UInt16(self[i + 1]) }
  public func hasPrefix(_ p: Span<UInt8>) -> Bool {
    if p.count > count { return false }
    for i in 0..<p.count where self[i] != p[i] { return false }
    return true
  }
  public func precedes(_ o: Span<UInt8>) -> Bool {
    let n = Swift.min(count, o.count)
    for i in 0..<n where self[i] != o[i] { return self[i] < o[i] }
    return count < o.count
  }
}
public enum Checksum {
  public static func xxh3(_ b: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
    unsafe b.withUnsafeBytes { unsafe XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }
  public static func xxh3x128(_ b: Span<UInt8>, seed: UInt64) -> (high: UInt64, low: UInt64) {
    let h = unsafe b.withUnsafeBytes { unsafe XXH3_128bits_withSeed($0.baseAddress, $0.count, seed) }
    return (h.high64, h.low64)
  }
}
