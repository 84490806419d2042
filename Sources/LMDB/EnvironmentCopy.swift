internal import CLMDB

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Environment {
  /// Copies the newest commit to a new directory, beside readers and writers, and syncs the copy.
  ///
  /// A compacting copy leaves out free pages, and numbers its transactions from 1 again. A plain copy keeps writers waiting for the moment
  /// that its first two pages take. Either is a read transaction for as long as it lasts. The copy appears whole or not at all.
  ///
  /// - Throws: `.exists` when there is something at `directory` other than an empty directory; `.incompatible` when a compacting copy finds
  ///   pages that are neither used nor free; `.noSpace`.
  public func copy(toDirectory directory: String, compacting: Bool = false) throws(LMDBError) {
    let target = FileSystem.trimmed(directory)
    let operation = "copy the environment"
    if FileSystem.exists(target), try !FileSystem.contents(ofDirectory: target).isEmpty {
      throw LMDBError(.exists, operation, path: target, detail: "the directory is not empty")
    }
    // Sees to full reader slots, a moved map and dead readers, which the copy itself would only report.
    _ = try makeReadTransaction()
    let temporary = target + Self.temporaryPrefix + Self.randomSuffix()
    try FileSystem.createDirectory(at: temporary, mode: 0o700)
    do throws(LMDBError) {
      let file = try DurableFile.create(at: temporary + "/data.mdb")
      let code = unsafe try withHandle(operation) { handle throws(LMDBError) in
        unsafe mdb_env_copyfd2(handle, file.descriptor, compacting ? UInt32(MDB_CP_COMPACT) : 0)
      }
      if code != 0 { throw LMDBError(LMDBStatus(rawValue: code), operation, path: target) }
      try file.sync()
      try FileSystem.syncDirectory(at: temporary)
      if FileSystem.exists(target) { try FileSystem.removeEmptyDirectory(at: target) }
      try FileSystem.renameNoReplace(from: temporary, to: target)
      try FileSystem.syncDirectory(at: FileSystem.parent(of: target))
    } catch {
      try? FileSystem.removeTree(at: temporary)
      throw error
    }
  }
}
