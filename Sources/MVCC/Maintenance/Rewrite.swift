internal import LMDB

/// What rewriting a store came to.
public struct RewriteResult: Hashable, Sendable {
  /// The data file's size before.
  public let fileBytesBefore: Int

  /// Its size now.
  public let fileBytes: Int
}

extension RevisionStore {
  /// Writes the data file anew without its free pages, which gives their space back to the file system, while the store is in use.
  ///
  /// Writers of every process wait while the file is copied; reads and watches go on. Afterwards every process goes over to the new file with its next
  /// write, or with its next read once something was written. Nothing else changes: revisions, history, consumers and leases are as before. A process
  /// that is killed meanwhile leaves the old file or the new one, either whole.
  ///
  /// It takes the space of what is in use besides the old file until all processes have gone over.
  ///
  /// - Parameter checks: whether every record and rule of the copy is checked before it takes its place, while writers wait.
  /// - Throws: `StoreError` with code `noSpace` when there is no room for the copy, `corrupt` when the check finds something, `permissionDenied`,
  ///   `unavailable` when a read of this process stays open for half a minute.
  /// - Complexity: O(bytes in use).
  @discardableResult
  public func rewrite(checks: Bool = false) async throws -> RewriteResult {
    guard !parts.configuration.isReadOnly else {
      throw StoreError(.permissionDenied, "the store \(path) is open for reading only; open it for writing to rewrite it")
    }
    // What is still to be deleted would be copied.
    try await finishCompaction()
    let before = try statistics().fileBytes
    // Blocks for as long as the copy takes, and the write lock belongs to a thread.
    let thread = try DedicatedThread(name: "isdb-rewrite")
    let outcome: Result<Void, any Error> = await withCheckedContinuation { continuation in
      thread.enqueue {
        continuation.resume(returning: Result { try self.rewriteFile(checks: checks) })
      }
    }
    thread.stop()
    try outcome.get()
    return RewriteResult(fileBytesBefore: before, fileBytes: try statistics().fileBytes)
  }

  private func rewriteFile(checks: Bool) throws {
    try StoreError.translating(path) {
      try parts.environment.rewrite { copy in try Rewrite.verify(copy, against: parts, checks: checks) }
      try parts.environment.followReplacement()
    }
  }
}

/// The check of a rewritten file before it takes its place.
private enum Rewrite {
  /// Compares what can be compared without reading everything; the write lock is held, so the original stands still.
  static func verify(_ copy: Environment, against original: StoreParts, checks: Bool) throws {
    let parts = try StoreParts(copy, original.configuration)
    let ours = try original.beginRead()
    let theirs = try parts.beginRead()
    guard ours.state == theirs.state else { throw damaged("its state record differs") }
    for name in Schema.tableNames {
      let (table, copied) = (try original.environment.table(name), try copy.table(name))
      guard try ours.transaction.entryCount(of: table) == theirs.transaction.entryCount(of: copied) else {
        throw damaged("the tree \(name) has another number of rows")
      }
    }
    guard checks, let finding = try ConsistencyCheck.run(parts).findings.first else { return }
    throw damaged(finding)
  }

  private static func damaged(_ what: String) -> StoreError {
    StoreError(.corrupt, "the rewritten data file is not as it should be: \(what); the old one is kept, run isdb check")
  }
}
