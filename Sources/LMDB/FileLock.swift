#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

// Invariants:
//   descriptor is locked, and is of the file that was at the path when the lock was taken

/// An exclusive lock on a file of its own, held until it is let go of or the process ends in whatever way (flock(2)).
///
/// It excludes other holders in this process as well. Nothing but the holder's process identifier is in the file, which stays when the lock is gone.
public final class FileLock: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { closeDescriptor(descriptor) }

  /// Takes the lock, or answers nil when somebody else has it. Does not wait.
  ///
  /// The file is made if it is missing.
  public static func take(at path: String, mode: UInt32 = 0o600) throws(LMDBError) -> FileLock? {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
    if descriptor < 0 { throw .last("open the lock file", path: path) }
    let lock = FileLock(descriptor)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return nil }
      if errno != EINTR { throw .last("lock the file", path: path) }
    }
    // The file may have been removed between opening and locking it: then the next one to come would lock another.
    guard lock.isFile(at: path) else { return nil }
    lock.writeHolder()
    return lock
  }

  /// The process that took the lock last; nil when that cannot be read.
  public static func lastHolder(at path: String) -> Int32? {
    guard let file = try? ReadableFile(path: path), let bytes = try? file.read(16) else { return nil }
    return Int32(String(decoding: bytes, as: UTF8.self))
  }

  private func isFile(at path: String) -> Bool {
    var own = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &own) == 0, unsafe lstat(path, &named) == 0 else { return false }
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino
  }

  /// A full disk costs the identifier and not the lock.
  private func writeHolder() {
    let bytes = Array("\(getpid())".utf8)
    _ = ftruncate(descriptor, 0)
    _ = unsafe bytes.withUnsafeBytes { bytes in unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
  }
}
