internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Environment {
  /// Creates an environment so that a crash at any moment leaves either nothing at `directory` or all of it.
  ///
  /// LMDB itself writes a new file's first pages without syncing them, and a loss of power then leaves a file that never opens. So the
  /// environment is made and synced under another name beside its own, `<name>.new-<random>`, and then renamed. An empty directory is not
  /// replaced, for it may be a mount point or belong to somebody: there `data.mdb` is made in a subdirectory and moved up.
  ///
  /// `initialise` runs in the first write transaction; when it throws, nothing is left. The environment is closed when this returns.
  ///
  /// - Throws: `.exists` when there is something at `directory`, also when another creator won the race; what `initialise` throws.
  public static func create(
    at directory: String, tables: [String], options: EnvironmentOptions = .init(),
    initialise: (Environment, inout WriteTransaction) throws -> Void
  ) throws {
    let target = FileSystem.trimmed(directory)
    let parent = FileSystem.parent(of: target)
    let operation = "create the environment"
    if options.isReadOnly { throw LMDBError(.invalidArgument, operation, path: target, detail: "the options say read-only") }
    let isInPlace = FileSystem.exists(target)
    if isInPlace {
      // `lost+found` is in the root of every ext4 file system.
      let names = try FileSystem.contents(ofDirectory: target).filter { $0 != "lost+found" && !$0.hasPrefix(temporaryPrefix) }
      guard names.isEmpty else {
        throw LMDBError(.exists, operation, path: target, detail: "the directory is not empty")
      }
    }
    let prefix = isInPlace ? target + "/" + temporaryPrefix : target + temporaryPrefix
    removeStaleSiblings(of: prefix)
    let temporary = prefix + randomSuffix()
    if !options.allowsUnsuitableFileSystem { try FileSystem.requireSuitable(isInPlace ? target : parent) }
    try FileSystem.createDirectory(at: temporary, mode: 0o700)
    do {
      try write(to: temporary, tables: tables, options: options, initialise)
      if isInPlace {
        try? FileSystem.removeFile(at: temporary + "/lock.mdb")
        try FileSystem.renameNoReplace(from: temporary + "/data.mdb", to: target + "/data.mdb")
        try FileSystem.syncDirectory(at: target)
        try? FileSystem.removeEmptyDirectory(at: temporary)
      } else {
        try FileSystem.renameNoReplace(from: temporary, to: target)
        try FileSystem.syncDirectory(at: parent)
      }
    } catch {
      try? FileSystem.removeTree(at: temporary)
      throw error
    }
  }

  static let temporaryPrefix = ".new-"

  private static func write(
    to directory: String, tables: [String], options: EnvironmentOptions, _ initialise: (Environment, inout WriteTransaction) throws -> Void
  ) throws {
    let environment = try openNew(at: directory, tables: tables, options: options)
    defer { environment.close() }
    var transaction = try environment.makeWriteTransaction()
    try initialise(environment, &transaction)
    try transaction.commit()
    try environment.sync()
    // Syncing the data may leave out what only fsync writes: the file's owner and mode.
    let code = unsafe try environment.withHandle("sync") { handle throws(LMDBError) in
      var descriptor: Int32 = -1
      unsafe mdb_env_get_fd(handle, &descriptor)
      return fsync(descriptor)
    }
    guard code == 0 else { throw LMDBError.last("sync", path: directory) }
    try FileSystem.syncDirectory(at: directory)
  }

  static func randomSuffix() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36)
  }

  // MARK: - What crashed creators left

  /// Removes directories that begin with `prefix`, are more than an hour old, and that no process has open.
  static func removeStaleSiblings(of prefix: String) {
    let parent = FileSystem.parent(of: prefix)
    guard let name = prefix.split(separator: "/").last, let siblings = try? FileSystem.contents(ofDirectory: parent) else { return }
    for sibling in siblings where sibling.hasPrefix(name) {
      let path = parent + "/" + sibling
      guard FileSystem.isDirectory(path), FileSystem.secondsSinceChange(path) ?? 0 > 3600, !LockFile.isInUse(path) else { continue }
      try? FileSystem.removeTree(at: path)
    }
  }
}
