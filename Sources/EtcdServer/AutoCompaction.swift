internal import MVCC

/// Compacts a store as time passes, as etcd does when it is told to (`--auto-compaction-mode`, `--auto-compaction-retention`).
///
/// It concerns the keys that no retention policy is set for: a policy that the store keeps for all keys counts for every process, and whoever set it may
/// want more history than this server's clients do.
public enum AutoCompaction: Hashable, Sendable {
  /// What could be read so long ago stays readable.
  case periodic(Duration)

  /// So many revisions before the newest stay readable.
  case revisions(Int64)

  private var kept: KeptHistory {
    switch self {
    case .periodic(let duration): .duration(duration)
    case .revisions(let count): .revisions(count)
    }
  }

  /// The keeper's part in it.
  struct Duty: KeeperDuty {
    let mode: AutoCompaction

    var name: String { "auto-compaction" }

    /// As often as retention policies are applied. etcd waits for up to an hour, and keeps more for that long.
    var interval: Duration { .seconds(10) }

    mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
      guard let whole = try store.retentionClasses().first(where: { $0.prefix.isEmpty }), whole.policy == nil else { return }
      // A store that nobody writes to is not written to by this either.
      guard try store.revision() > whole.compactRevision else { return }
      try await store.compact(keeping: mode.kept)
    }
  }
}
