#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// LMDB's lock file, looked at without LMDB.
///
/// Only for environments that this process does not have open: closing any descriptor of the file drops all locks of the process on it.
enum LockFile {
  /// Whether any process, this one included, has the environment open.
  static func isInUse(_ directory: String) -> Bool {
    if let file = try? FileSystem.identity(of: directory + "/data.mdb"), EnvironmentRegistry.contains(file) { return true }
    return isLocked(directory)
  }

  /// Whether another process has the environment open: each keeps a shared lock on the first byte of the lock file.
  static func isLocked(_ directory: String) -> Bool {
    let descriptor = openDescriptor(directory + "/lock.mdb", O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return errno != ENOENT }
    defer { closeDescriptor(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_len = 1
    // Asking, unlike locking, needs no permission to write.
    guard unsafe fcntl(descriptor, F_GETLK, &lock) == 0 else { return true }
    return lock.l_type != Int16(F_UNLCK)
  }

  /// Whether the lock file is on a file system that is mounted read-only, where LMDB reads without a lock.
  static func isOnReadOnlyFileSystem(_ directory: String) -> Bool {
    let descriptor = openDescriptor(directory + "/lock.mdb", O_RDWR | O_CLOEXEC)
    if descriptor < 0 { return errno == EROFS }
    closeDescriptor(descriptor)
    return false
  }
}
