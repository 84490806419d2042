/// Drops what the retention policies do not keep: the keeper's part in compaction.
public struct RetentionDuty: KeeperDuty {
  public var interval: Duration { .seconds(10) }

  /// A turn every ten seconds.
  public init() {}

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    try await store.applyRetention(now: now, maximumPieces: 0)
    // It leaves writers the disk for as long as each piece took.
    try await store.finishCompaction()
  }
}
