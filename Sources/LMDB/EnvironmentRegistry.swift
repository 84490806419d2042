internal import Synchronization

/// Which data file, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// The environments that this process has open.
///
/// Two in one process would share LMDB's fcntl locks, and closing either would drop the locks of both (lmdb.h, "Caveats"): the other's
/// readers would then look dead to other processes.
enum EnvironmentRegistry {
  private struct Entry {
    let path: String
    /// Entries from before a fork are the parent's.
    let forkGeneration: Int
  }

  private static let entries = Mutex<[FileIdentity: Entry]>([:])

  /// Notes the file as open; returns the path that it is already open under, if it is.
  static func insert(_ file: FileIdentity, path: String) -> String? {
    entries.withLock { entries in
      if let entry = entries[file], entry.forkGeneration == ForkGeneration.current { return entry.path }
      entries[file] = Entry(path: path, forkGeneration: ForkGeneration.current)
      return nil
    }
  }

  static func remove(_ file: FileIdentity) {
    entries.withLock { _ = $0.removeValue(forKey: file) }
  }

  static func contains(_ file: FileIdentity) -> Bool {
    entries.withLock { $0[file]?.forkGeneration == ForkGeneration.current }
  }
}
