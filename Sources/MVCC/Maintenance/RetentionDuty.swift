/// Drops what the retention policies do not keep: the keeper's part in compaction.
public struct RetentionDuty: KeeperDuty {
  /// Deleted in one go, and the pause after it, in which writers have the disk to themselves.
  private static let pieces = 4
  private static let pause = Duration.milliseconds(10)

  public var interval: Duration { .seconds(10) }

  /// A turn every ten seconds.
  public init() {}

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    try await store.applyRetention(now: now, maximumPieces: 0)
    while try await store.continueCompaction(pieces: Self.pieces) { try await Task.sleep(for: Self.pause) }
  }
}
