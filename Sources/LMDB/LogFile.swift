#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The file of the write-ahead log, byte by byte; ``CommitLog`` says what goes where and when.
///
///     0      header, in turns with 4096        LogHeader
///     4096   header
///     8192   records                           CommitRecord, each a multiple of 8 bytes; zeros behind the last
///
/// Everybody who has the environment open keeps a shared lock on the file (flock(2)), so that whoever gets an exclusive one is alone with it.
final class LogFile: Sendable {
  /// Beside the data file.
  static let name = "wal"

  /// Where the first record can be.
  static let firstRecord = 8192

  private static let headerPlaces = [0, 4096]

  /// The file grows by this much, written with zeros: a sync of bytes that are there already writes no metadata.
  static let growthBytes = 256 << 10

  let path: String
  let isWritable: Bool
  private let descriptor: Int32

  private init(_ descriptor: Int32, _ path: String, isWritable: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isWritable = isWritable
  }

  deinit { closeDescriptor(descriptor) }

  /// Opens the log of an environment; nil when it has none.
  ///
  /// Who may not write it can still keep its lock.
  static func open(at directory: String) throws(LMDBError) -> LogFile? {
    let path = directory + "/" + name
    let descriptor = openDescriptor(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    if descriptor >= 0 { return LogFile(descriptor, path, isWritable: true) }
    if errno == ENOENT { return nil }
    guard [EACCES, EROFS, EPERM].contains(errno) else { throw .last("open the write-ahead log", path: path) }
    let readable = openDescriptor(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if readable < 0 { throw .last("open the write-ahead log", path: path) }
    return LogFile(readable, path, isWritable: false)
  }

  /// Makes the log of an environment that has none, whole or not at all. Somebody else may have made it first.
  static func create(at directory: String, _ header: LogHeader, mode: UInt32) throws(LMDBError) {
    let path = directory + "/" + name
    let temporary = path + Environment.temporaryPrefix + Environment.randomSuffix()
    do throws(LMDBError) {
      let file = try DurableFile.create(at: temporary, mode: mode)
      var bytes = header.encode()
      bytes += [UInt8](repeating: 0, count: firstRecord - bytes.count)
      try file.write(bytes)
      try file.sync()
      try FileSystem.renameNoReplace(from: temporary, to: path)
      try FileSystem.syncDirectory(at: directory)
    } catch {
      try? FileSystem.removeFile(at: temporary)
      if error.status != .exists { throw error }
    }
  }

  // MARK: - The lock

  /// Whether nobody else has the environment open: then nobody can open it before ``share()`` or the end of this object.
  func isAlone() throws(LMDBError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw .last("lock the write-ahead log", path: path) }
    }
    return true
  }

  /// Waits for whoever is alone with the environment, and is one of its users from then on.
  func share() throws(LMDBError) {
    while flock(descriptor, LOCK_SH) != 0 {
      if errno != EINTR { throw .last("lock the write-ahead log", path: path) }
    }
  }

  /// Is neither alone nor one of the users any more.
  func leave() { flock(descriptor, LOCK_UN) }

  // MARK: - Headers and records

  /// The header in force: of the two the later that is whole.
  ///
  /// - Throws: `.corrupted` when neither is.
  func header() throws(LMDBError) -> LogHeader {
    var newest: LogHeader?
    for place in Self.headerPlaces {
      let bytes = try read(LogHeader.byteCount, at: place)
      guard let header = LogHeader(bytes.span) else { continue }
      if header.sequence > newest?.sequence ?? 0 { newest = header }
    }
    guard let newest else {
      throw LMDBError(.corrupted, "read the write-ahead log", path: path, detail: "both its headers are damaged")
    }
    return newest
  }

  /// Writes a header in the place of the one before the last. It is in force once the file is synced.
  func write(_ header: LogHeader) throws(LMDBError) {
    let bytes = header.encode()
    try write(bytes.span, at: Self.headerPlaces[Int(header.sequence % 2)])
  }

  /// Where the record of a commit is, if it follows what ends at `offset`: there, or at the beginning if that is said there.
  func place(of number: UInt64, after offset: Int, salt: UInt64) throws(LMDBError) -> RecordPlace? {
    guard let head = try head(at: offset), head.salt == salt, head.number == number else { return nil }
    if !head.isElsewhere { return RecordPlace(offset: offset, head: head) }
    let none: [UInt8] = []
    guard head.matches(none.span), let head = try self.head(at: Self.firstRecord), head.salt == salt, head.number == number,
      !head.isElsewhere
    else { return nil }
    return RecordPlace(offset: Self.firstRecord, head: head)
  }

  private func head(at offset: Int) throws(LMDBError) -> RecordHead? {
    let bytes = try read(RecordHead.byteCount, at: offset)
    return RecordHead(bytes.span)
  }

  /// The operations of a record; nil when they are not what was written.
  func operations(_ place: RecordPlace) throws(LMDBError) -> [UInt8]? {
    let (head, offset) = (place.head, place.offset)
    guard head.byteCount <= (try byteCount()) - offset - RecordHead.byteCount else { return nil }
    let bytes = try read(head.byteCount, at: offset + RecordHead.byteCount)
    return bytes.count == head.byteCount && head.matches(bytes.span) ? bytes : nil
  }

  /// Makes room for bytes at `offset` by writing zeros behind the file's end.
  func makeRoom(upTo end: Int) throws(LMDBError) {
    var count = try byteCount()
    guard end > count else { return }
    let zeros = [UInt8](repeating: 0, count: Self.growthBytes)
    while count < end {
      try write(zeros.span, at: count)
      count += zeros.count
    }
  }

  /// Gives back what lies behind `end`, where nothing is needed any more.
  func shrink(to end: Int) throws(LMDBError) {
    guard try byteCount() > end else { return }
    if ftruncate(descriptor, off_t(end)) != 0 { throw .last("shrink the write-ahead log", path: path) }
  }

  func byteCount() throws(LMDBError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last("examine the write-ahead log", path: path) }
    return Int(status.st_size)
  }

  /// Waits until all that was written is on the device.
  func sync() throws(LMDBError) {
    guard syncData(descriptor) == 0 else { throw .last("sync the write-ahead log", path: path) }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(LMDBError) {
    var failure: LMDBError?
    unsafe bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = unsafe pwrite(descriptor, bytes.baseAddress.unsafelyUnwrapped + done, bytes.count - done, off_t(offset + done))
        if written < 0 && errno == EINTR { continue }
        if written < 0 {
          failure = .last("write the write-ahead log", path: path)
          return
        }
        done += written
      }
    }
    if let failure { throw failure }
  }

  /// Up to `count` bytes; fewer at the end of the file.
  private func read(_ count: Int, at offset: Int) throws(LMDBError) -> [UInt8] {
    try readBytes(descriptor, count, at: offset, "read the write-ahead log", path)
  }
}

/// Where a record is.
struct RecordPlace {
  let offset: Int
  let head: RecordHead

  /// Where what follows it can be.
  var end: Int { offset + head.recordBytes }
}

/// Waits until a file's contents are on the device, without what only its dates tell.
func syncData(_ descriptor: Int32) -> Int32 {
  #if canImport(Darwin)
    fcntl(descriptor, F_FULLFSYNC)
  #else
    fdatasync(descriptor)
  #endif
}
