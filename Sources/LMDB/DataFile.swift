#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// LMDB's data file, read without LMDB, which would die of SIGBUS on a file that is shorter than it should be.
///
/// The layout is that of version 0.9 on 64-bit machines (mdb.c, MDB_page, MDB_meta, MDB_db, MDB_node); numbers are in the machine's byte
/// order.
struct DataFile {
  let descriptor: Int32
  let path: String

  /// One of the two roots, which commits write in turn.
  struct Meta {
    let transactionID: UInt64
    let pageSizeBytes: Int
    let mapSizeBytes: Int
    /// The number of the last page that any tree or the list of free pages may refer to.
    let lastPage: UInt64
    let freeTreeRoot: UInt64

    /// What the file must have, if none of its last pages is free.
    var usedBytes: Int { Int(clamping: lastPage + 1).multipliedReportingOverflow(by: pageSizeBytes).partialValue }
  }

  /// - Throws: `.invalid` for what is not LMDB's, `.versionMismatch` for another version's.
  func newestMeta() throws(LMDBError) -> Meta {
    let metas = try metas()
    return metas.0.transactionID >= metas.1.transactionID ? metas.0 : metas.1
  }

  func metas() throws(LMDBError) -> (Meta, Meta) {
    let first = try meta(at: 0)
    return (first, try meta(at: first.pageSizeBytes))
  }

  private func meta(at offset: Int) throws(LMDBError) -> Meta {
    // A page header of 16 bytes and MDB_meta of 136.
    let bytes = try read(152, at: offset)
    guard bytes.count == 152 else { throw invalid("has \(offset + bytes.count) bytes and lacks a meta page") }
    let flags = bytes.load(UInt16.self, at: 10)
    guard flags & 0x08 != 0, bytes.load(UInt32.self, at: 16) == 0xBEEF_C0DE else { throw invalid("is not an LMDB data file") }
    let version = bytes.load(UInt32.self, at: 20)
    guard version == 1 else {
      throw LMDBError(.versionMismatch, "open data.mdb", path: path, detail: "its format is \(version) and this library's is 1")
    }
    let pageSize = bytes.load(UInt32.self, at: 40)
    guard pageSize >= 512, pageSize <= 65_536, pageSize & (pageSize - 1) == 0 else { throw invalid("gives its page size as \(pageSize)") }
    let lastPage = bytes.load(UInt64.self, at: 136)
    // 2^47 bytes are all that a process can map.
    guard lastPage < (1 << 47) / UInt64(pageSize) else { throw invalid("gives its last page as \(lastPage)") }
    return Meta(
      transactionID: bytes.load(UInt64.self, at: 144), pageSizeBytes: Int(pageSize),
      mapSizeBytes: Int(clamping: bytes.load(UInt64.self, at: 32)), lastPage: lastPage,
      freeTreeRoot: bytes.load(UInt64.self, at: 80))
  }

  private func invalid(_ what: String) -> LMDBError {
    LMDBError(.invalid, "open data.mdb", path: path, detail: "it \(what)")
  }

  /// What the file has now.
  func byteCount() throws(LMDBError) -> Int {
    try status().byteCount
  }

  func identity() throws(LMDBError) -> FileIdentity {
    try status().identity
  }

  private func status() throws(LMDBError) -> (byteCount: Int, identity: FileIdentity) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last("examine data.mdb", path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw invalid("is not a regular file") }
    return (Int(status.st_size), FileIdentity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino)))
  }

  /// Up to `count` bytes; fewer at the end of the file.
  private func read(_ count: Int, at offset: Int) throws(LMDBError) -> PageBytes {
    PageBytes(try readBytes(descriptor, count, at: offset, "read data.mdb", path))
  }
}

/// Up to `count` bytes of a file; fewer at its end.
func readBytes(_ descriptor: Int32, _ count: Int, at offset: Int, _ operation: String, _ path: String) throws(LMDBError) -> [UInt8] {
  var failure: LMDBError?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    initializedCount = 0
    while initializedCount < count {
      let read = unsafe pread(
        descriptor, buffer.baseAddress.unsafelyUnwrapped + initializedCount, count - initializedCount, off_t(offset + initializedCount))
      if read < 0 && errno == EINTR { continue }
      if read < 0 { failure = .last(operation, path: path) }
      if read <= 0 { return }
      initializedCount += read
    }
  }
  if let failure { throw failure }
  return bytes
}

// MARK: - The number of the newest commit

extension DataFile {
  /// Where a meta page has its number: behind the page header of 16 bytes, 128 into MDB_meta.
  private static let numberOffset = 144

  /// What MDB_meta takes, its number last.
  static let rootBytes = 136

  /// Gives the newest commit another number, and its root the place that belongs to it: LMDB looks for an even number in the first page and
  /// for an odd one in the second. The other root becomes commit 0.
  func renumber(newestCommit number: UInt64) throws(LMDBError) {
    let metas = try metas()
    let pageSize = metas.0.pageSizeBytes
    let newest = metas.0.transactionID >= metas.1.transactionID ? 0 : 1
    let bodies = [try metaBody(at: 0), try metaBody(at: pageSize)]
    let place = Int(number % 2)
    try writeMeta(bodies[newest], number, at: place * pageSize)
    try writeMeta(bodies[1 - newest], 0, at: (1 - place) * pageSize)
  }

  /// MDB_meta without its number.
  private func metaBody(at page: Int) throws(LMDBError) -> [UInt8] {
    let bytes = try read(Self.numberOffset, at: page)
    return (16..<Self.numberOffset).map { bytes.load(UInt8.self, at: $0) }
  }

  /// MDB_meta of a commit, which LMDB has in the first page if its number is even and in the second if it is odd.
  ///
  /// - Throws: `.corrupted` when the commit is neither of the last two.
  func root(of number: UInt64) throws(LMDBError) -> [UInt8] {
    let place = Int(number % 2) * (try metas().0.pageSizeBytes)
    let bytes = try read(16 + Self.rootBytes, at: place)
    guard bytes.load(UInt64.self, at: Self.numberOffset) == number else {
      throw LMDBError(.corrupted, "read the root of commit \(number)", path: path, detail: "data.mdb has another commit in its place")
    }
    return (16..<16 + Self.rootBytes).map { bytes.load(UInt8.self, at: $0) }
  }

  /// Makes a commit the newest, whatever was committed after it, and none the one before.
  func restore(root: [UInt8]) throws(LMDBError) {
    let bytes = PageBytes(root)
    let number = bytes.load(UInt64.self, at: Self.rootBytes - 8)
    let pageSize = try metas().0.pageSizeBytes
    let body = Array(root.dropLast(8))
    try writeMeta(body, number, at: Int(number % 2) * pageSize)
    try writeMeta(body, 0, at: Int(1 - number % 2) * pageSize)
  }

  private func writeMeta(_ body: [UInt8], _ number: UInt64, at page: Int) throws(LMDBError) {
    let bytes = unsafe body + withUnsafeBytes(of: number) { unsafe Array($0) }
    let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(page + 16)) }
    // A file's first pages are there, so that a short write can only be a failing disk.
    guard written == bytes.count else {
      throw written < 0 ? .last("write data.mdb", path: path) : LMDBError(.inputOutputError, "write data.mdb", path: path)
    }
  }
}

// MARK: - A file that is shorter than its last page

extension DataFile {
  /// Checks that no page that `meta` can reach lies beyond the end of the file.
  ///
  /// A file may be shorter than its last page and be whole: a transaction that takes pages at the end and frees them again does not write
  /// them. Then all that is missing is on the list of free pages. That list is read here page by page; everything else is taken on trust.
  ///
  /// - Throws: `.truncated`.
  /// - Complexity: one call of the system; O(free pages) when the file is short.
  func requireWhole(_ meta: Meta) throws(LMDBError) {
    let byteCount = try byteCount()
    if byteCount >= meta.usedBytes { return }
    let firstMissing = UInt64(byteCount / meta.pageSizeBytes)
    var freeCount: UInt64 = 0
    let isReadable = try countFree(from: firstMissing, into: &freeCount, tree: meta.freeTreeRoot, meta, depth: 0)
    // No page is listed twice.
    if isReadable && freeCount == meta.lastPage + 1 - firstMissing { return }
    throw LMDBError(
      .truncated, "open data.mdb", path: path, detail: "it has \(byteCount) bytes and its newest commit uses \(meta.usedBytes)")
  }

  /// Counts the pages from `first` on that the tree of free pages lists; false when the tree itself cannot be read.
  private func countFree(
    from first: UInt64, into freeCount: inout UInt64, tree page: UInt64, _ meta: Meta, depth: Int
  ) throws(LMDBError) -> Bool {
    let none = UInt64.max  // P_INVALID, the root of an empty tree
    if page == none { return true }
    // mdb.c's CURSOR_STACK: no tree is deeper.
    guard page <= meta.lastPage, depth < 32 else { return false }
    let bytes = try read(meta.pageSizeBytes, at: Int(page) * meta.pageSizeBytes)
    guard bytes.count == meta.pageSizeBytes else { return false }
    let flags = bytes.load(UInt16.self, at: 10)
    let lower = Int(bytes.load(UInt16.self, at: 12))
    guard lower >= 16, lower <= bytes.count else { return false }
    for pointer in stride(from: 16, to: lower - 1, by: 2) {
      let node = Int(bytes.load(UInt16.self, at: pointer))
      guard node + 8 <= bytes.count else { return false }
      let low = UInt64(bytes.load(UInt16.self, at: node))
      let high = UInt64(bytes.load(UInt16.self, at: node + 2))
      let nodeFlags = bytes.load(UInt16.self, at: node + 4)
      let data = node + 8 + Int(bytes.load(UInt16.self, at: node + 6))
      if flags & 0x01 != 0 {  // P_BRANCH
        let child = low | high << 16 | UInt64(nodeFlags) << 32
        guard try countFree(from: first, into: &freeCount, tree: child, meta, depth: depth + 1) else { return false }
        continue
      }
      guard flags & 0x02 != 0 else { return false }  // P_LEAF
      let size = Int(low | high << 16)
      var list = bytes
      var start = data
      if nodeFlags & 0x01 != 0 {  // F_BIGDATA
        guard data + 8 <= bytes.count else { return false }
        let overflow = bytes.load(UInt64.self, at: data)
        guard overflow <= meta.lastPage else { return false }
        list = try read(size, at: Int(overflow) * meta.pageSizeBytes + 16)
        start = 0
      }
      guard start + size <= list.count, size >= 8 else { return false }
      // An ID list: its length, then so many page numbers.
      let count = Int(clamping: list.load(UInt64.self, at: start))
      guard count <= size / 8 - 1 else { return false }
      for index in 0..<count {
        let page = list.load(UInt64.self, at: start + 8 + index * 8)
        if page >= first && page <= meta.lastPage { freeCount += 1 }
      }
    }
    return true
  }
}

/// Bytes of a page, read with bounds checks.
private struct PageBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    unsafe bytes.withUnsafeBytes { bytes in
      precondition(offset >= 0 && offset + MemoryLayout<T>.size <= bytes.count)
      return unsafe bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
    }
  }
}
