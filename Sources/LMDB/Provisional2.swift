internal import CLMDB
// A first thin wrapper, to be deleted when the full one lands. Besides the planned names, the engine uses: Environment.mainTable, Environment.create(... initialise: (Environment, inout WriteTransaction)),
// Span.precedes, FileSystem.*, DurableFile, ReadableFile, WallClock, DedicatedThread, EnvironmentInformation fields as here.
internal import Glibc
internal import Synchronization

public final class DedicatedThread: @unchecked Sendable {
  private var jobs: [@Sendable () -> Void] = []
  private var stopping = false
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let cond = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread = pthread_t()
  public init(name: String) {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(cond, nil)
    let p = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe pthread_create(
      &thread, nil,
      { p in
        unsafe Unmanaged<DedicatedThread>.fromOpaque(p!).takeRetainedValue().run()
        return nil
      }, p)
  }
  private func run() {
    while true {
      unsafe pthread_mutex_lock(mutex)
      while jobs.isEmpty && !stopping { unsafe pthread_cond_wait(cond, mutex) }
      if jobs.isEmpty {
        unsafe pthread_mutex_unlock(mutex)
        return
      }
      let j = jobs.removeFirst()
      unsafe pthread_mutex_unlock(mutex)
      j()
    }
  }
  public func enqueue(_ job: @escaping @Sendable () -> Void) {
    unsafe pthread_mutex_lock(mutex)
    jobs.append(job)
    unsafe pthread_cond_signal(cond)
    unsafe pthread_mutex_unlock(mutex)
  }
  public func stop() {
    unsafe pthread_mutex_lock(mutex)
    stopping = true
    unsafe pthread_cond_signal(cond)
    unsafe pthread_mutex_unlock(mutex)
    unsafe pthread_join(thread, nil)
  }
}
func posix(_ rc: Int32, _ o: String) throws(LMDBError) { if rc != 0 { throw LMDBError(errno, o) } }
public enum FileSystem {
  public static func exists(_ p: String) -> Bool { unsafe access(p, F_OK) == 0 }
  public static func isDirectory(_ p: String) -> Bool {
    var s = stat()
    return unsafe stat(p, &s) == 0 && (s.st_mode & S_IFMT) == S_IFDIR
  }
  public static func byteCount(of p: String) throws(LMDBError) -> Int {
    var s = stat()
    try unsafe posix(stat(p, &s), "stat \(p)")
    return Int(s.st_size)
  }
  public static func contents(ofDirectory p: String) throws(LMDBError) -> [String] {
    guard let d = unsafe opendir(p) else { throw LMDBError(errno, "opendir \(p)") }
    defer { unsafe closedir(d) }
    var names: [String] = []
    while let e = unsafe readdir(d) {
      let n = unsafe withUnsafePointer(to: &e.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if n != "." && n != ".." { names.append(n) }
    }
    return names
  }
  public static func renameNoReplace(from: String, to: String) throws(LMDBError) { try unsafe posix(rename(from, to), "rename") }
  public static func syncDirectory(at p: String) throws(LMDBError) {
    let f = unsafe open(p, O_RDONLY | O_DIRECTORY)
    if f < 0 { throw LMDBError(errno, "open \(p)") }
    defer { Glibc.close(f) }
    try posix(fsync(f), "fsync")
  }
  public static func parent(of p: String) -> String {
    guard let i = p.lastIndex(of: "/") else { return "." }
    return i == p.startIndex ? "/" : String(p[..<i])
  }
  public static func removeFile(at p: String) throws(LMDBError) { try unsafe posix(unlink(p), "unlink") }
  public static func removeEmptyDirectory(at p: String) throws(LMDBError) { try unsafe posix(rmdir(p), "rmdir") }
  public static func removeTree(at p: String) throws(LMDBError) {
    for n in try contents(ofDirectory: p) { try removeFile(at: "\(p)/\(n)") }
    try removeEmptyDirectory(at: p)
  }
}
public final class DurableFile: Sendable {
  let fd: Int32
  init(_ f: Int32) { fd = f }
  public static func create(at p: String) throws(LMDBError) -> DurableFile {
    let f = unsafe open(p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if f < 0 { throw LMDBError(errno, "create \(p)") }
    return DurableFile(f)
  }
  public func write(_ b: [UInt8]) throws(LMDBError) {
    var o = 0
    while o < b.count {
      let n = unsafe b.withUnsafeBytes { unsafe Glibc.write(fd, $0.baseAddress! + o, b.count - o) }
      if n < 0 { throw LMDBError(errno, "write") }
      o += n
    }
  }
  public func sync() throws(LMDBError) { try posix(fsync(fd), "fsync") }
  deinit { Glibc.close(fd) }
}
public final class ReadableFile: Sendable {
  let fd: Int32
  public init(path p: String) throws(LMDBError) {
    fd = unsafe open(p, O_RDONLY | O_CLOEXEC)
    if fd < 0 { throw LMDBError(errno, "open \(p)") }
  }
  public func read(_ count: Int) throws(LMDBError) -> [UInt8] {
    var failed: Int32 = 0
    let out = unsafe [UInt8](unsafeUninitializedCapacity: count) { buf, n in
      n = 0
      while n < count {
        let r = unsafe Glibc.read(fd, buf.baseAddress! + n, count - n)
        if r < 0 {
          failed = errno
          return
        }
        if r == 0 { return }
        n += r
      }
    }
    if failed != 0 { throw LMDBError(failed, "read") }
    return out
  }
  deinit { Glibc.close(fd) }
}
