import CLMDB
import LMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system calls that the tests need, with the pointers kept in here.
enum Posix {
  static func symlink(_ target: String, at path: String) -> Bool {
    #if canImport(Glibc)
      unsafe Glibc.symlink(target, path) == 0
    #elseif canImport(Musl)
      unsafe Musl.symlink(target, path) == 0
    #else
      unsafe Darwin.symlink(target, path) == 0
    #endif
  }

  static func setMode(_ mode: UInt32, of path: String) -> Bool { unsafe chmod(path, mode_t(mode)) == 0 }

  static func mode(of path: String) -> UInt32? { status(of: path).map { UInt32($0.st_mode) & 0o7777 } }

  static func inode(of path: String) -> UInt64? { status(of: path).map { UInt64($0.st_ino) } }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  /// Gives up the superuser's privileges, who may do everything.
  static func becomeNobody() -> Bool { geteuid() != 0 || setuid(65_534) == 0 }

  /// Lowers the soft limit on this process's address space.
  static func limitAddressSpace(bytes: Int) {
    #if canImport(Darwin)
      var limit = rlimit(rlim_cur: UInt64(bytes), rlim_max: UInt64(bytes))
      unsafe setrlimit(RLIMIT_AS, &limit)
    #else
      var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #endif
  }

  /// Lowers the soft limit on the size of files, and has writes fail instead of signalling.
  static func limitFileSize(bytes: Int) {
    signal(SIGXFSZ, SIG_IGN)
    #if canImport(Darwin)
      var limit = rlimit(rlim_cur: UInt64(bytes), rlim_max: UInt64(bytes))
      unsafe setrlimit(RLIMIT_FSIZE, &limit)
    #else
      var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #endif
  }

  static func setModificationTime(of path: String, secondsAgo: Int) {
    let past = timespec(tv_sec: time(nil) - secondsAgo, tv_nsec: 0)
    unsafe utimensat(AT_FDCWD, path, [past, past], 0)
  }

  static func truncate(_ path: String, to byteCount: Int) -> Bool {
    #if canImport(Glibc)
      unsafe Glibc.truncate(path, off_t(byteCount)) == 0
    #elseif canImport(Musl)
      unsafe Musl.truncate(path, off_t(byteCount)) == 0
    #else
      unsafe Darwin.truncate(path, off_t(byteCount)) == 0
    #endif
  }

  /// Overwrites bytes in the middle of a file.
  static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY)
    defer { close(descriptor) }
    return unsafe pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count
  }

  /// Calls `body` with the open file, which is closed afterwards.
  static func withDescriptor(of path: String, _ body: (Int32) -> Int32) -> Int32 {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    return body(descriptor)
  }

  /// Locks a range of a file as LMDB does, for as long as the descriptor that it returns is open.
  static func lock(_ path: String, from start: Int, count: Int) -> Int32? {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(start)
    lock.l_len = off_t(count)
    return unsafe fcntl(descriptor, F_SETLK, &lock) == 0 ? descriptor : nil
  }

  /// Runs `body` in a forked child; its exit status.
  static func exitStatusOfFork(_ body: () -> Int32) -> Int32? {
    let child = clmdb_fork()
    if child == 0 { _exit(body()) }
    var status: Int32 = 0
    guard child > 0, unsafe waitpid(child, &status, 0) == child, status & 0x7F == 0 else { return nil }
    return (status >> 8) & 0xFF
  }
}
