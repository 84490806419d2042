internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What publishing files and directories durably takes. Nothing here follows a symbolic link to remove what it points at.
public enum FileSystem {
  /// Whether there is anything at `path`, a dangling symbolic link included.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Whether there is a directory at `path`, or behind a symbolic link there.
  public static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The size of the file in bytes.
  public static func byteCount(of path: String) throws(LMDBError) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .last("examine the file", path: path) }
    return Int(status.st_size)
  }

  static func identity(of path: String) throws(LMDBError) -> FileIdentity {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .last("examine the file", path: path) }
    return FileIdentity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }

  /// How long ago the file's contents changed last, by the wall clock; nil when there is none.
  static func secondsSinceChange(_ path: String) -> Int? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let changed = Int(status.st_mtimespec.tv_sec)
    #else
      let changed = Int(status.st_mtim.tv_sec)
    #endif
    return Int(WallClock.millisecondsSinceEpoch / 1000) - changed
  }

  /// The names in a directory, in no order, without "." and "..".
  public static func contents(ofDirectory path: String) throws(LMDBError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw .last("list the directory", path: path) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw .last("list the directory", path: path) }
    return names
  }

  /// Makes a directory, whose parent must exist.
  ///
  /// - Throws: `.exists`.
  public static func createDirectory(at path: String, mode: UInt32 = 0o700) throws(LMDBError) {
    guard unsafe mkdir(path, mode_t(mode)) == 0 else { throw .last("create the directory", path: path) }
  }

  /// Renames a file or directory in one step, failing with `.exists` when there is something at `to`.
  ///
  /// Durable once the parent directory is synced.
  public static func renameNoReplace(from: String, to: String) throws(LMDBError) {
    var code = unsafe clmdb_rename_no_replace(from, to)
    if code == EINVAL || code == ENOSYS {
      // An old kernel or a file system without the flag. A directory never replaces one that is not empty; a file is linked, which
      // replaces nothing.
      if isDirectory(from) {
        code = exists(to) ? EEXIST : systemRename(from, to) == 0 ? 0 : errno
      } else {
        code = unsafe link(from, to) == 0 && unlink(from) == 0 ? 0 : errno
      }
    }
    if code == ENOTEMPTY { code = EEXIST }
    if code != 0 { throw LMDBError(LMDBStatus(rawValue: code), "rename \(from)", path: to) }
  }

  /// Renames a file or directory in one step, replacing a file, or an empty directory, at `to`.
  ///
  /// Durable once the parent directory is synced.
  public static func rename(from: String, to: String) throws(LMDBError) {
    guard systemRename(from, to) == 0 else { throw .last("rename \(from)", path: to) }
  }

  /// Waits until the names in a directory are on the device.
  public static func syncDirectory(at path: String) throws(LMDBError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw .last("open the directory", path: path) }
    defer { closeDescriptor(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last("sync the directory", path: path) }
  }

  /// Removes a file, or a symbolic link itself.
  public static func removeFile(at path: String) throws(LMDBError) {
    guard unsafe unlink(path) == 0 else { throw .last("remove the file", path: path) }
  }

  public static func removeEmptyDirectory(at path: String) throws(LMDBError) {
    guard unsafe rmdir(path) == 0 else { throw .last("remove the directory", path: path) }
  }

  /// Removes a directory and all that is in it; symbolic links are removed, not followed.
  public static func removeTree(at path: String) throws(LMDBError) {
    for name in try contents(ofDirectory: path) {
      let entry = path + "/" + name
      var status = stat()
      guard unsafe lstat(entry, &status) == 0 else { throw .last("examine the file", path: entry) }
      if status.st_mode & S_IFMT == S_IFDIR { try removeTree(at: entry) } else { try removeFile(at: entry) }
    }
    try removeEmptyDirectory(at: path)
  }

  /// Writes a file so that a crash leaves what was there before or all of `bytes`: another name, sync, rename, sync of the directory.
  public static func writeFile(at path: String, _ bytes: Span<UInt8>, mode: UInt32 = 0o600) throws(LMDBError) {
    let temporary = path + Environment.temporaryPrefix + Environment.randomSuffix()
    do {
      let file = try DurableFile.create(at: temporary, mode: mode)
      try file.write(bytes)
      try file.sync()
      try rename(from: temporary, to: path)
      try syncDirectory(at: parent(of: path))
    } catch {
      try? removeFile(at: temporary)
      throw error
    }
  }

  // MARK: - Paths

  /// The directory that `path` is in; "." when it names none.
  public static func parent(of path: String) -> String {
    let path = trimmed(path)
    guard let slash = path.lastIndex(of: "/") else { return "." }
    let parent = trimmed(String(path[..<slash]))
    return parent.isEmpty ? "/" : parent
  }

  /// `path` without slashes at its end, except for the root.
  static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.last == "/" { path.removeLast() }
    return String(path)
  }
}

private func systemRename(_ from: String, _ to: String) -> Int32 { unsafe rename(from, to) }

/// `open`, whose name is a method's where it is needed.
func openDescriptor(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }

/// `close`, whose name is a method's everywhere it is needed. A descriptor is gone even when it reports an error.
func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

extension FileSystem {
  /// Bytes that an unprivileged process can still write to the file system that holds `path`; nil when that cannot be told.
  public static func availableBytes(at path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
