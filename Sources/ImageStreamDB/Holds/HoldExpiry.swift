public import MVCC

/// Ends holds whose time has come, and lets their tags catch up with what they follow.
///
/// Without it they end as well, but only when something asks to move their tags.
public struct HoldExpiry: KeeperDuty {
  /// The most holds that end in one revision.
  private static let maximumHoldsPerRevision = 100

  public let interval: Duration

  /// - Parameter interval: the time between two looks.
  public init(interval: Duration = .seconds(1)) { self.interval = interval }

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    let store = ImageStore(store)
    while true {
      let isAnyDue = try store.read { reader in
        try reader.heldTags().contains { tag in if case .until(let time)? = tag.hold?.rule { time <= now } else { false } }
      }
      guard isAnyDue else { return }
      let ended = try await store.write { try $0.releaseHoldsDue(limit: Self.maximumHoldsPerRevision) }.value
      if ended.isEmpty { return }
    }
  }
}

extension KeeperPolicy {
  /// What a keeper of image streams does: the duties of the key space, and those of tags.
  public static var images: KeeperPolicy {
    var policy = KeeperPolicy()
    policy.duties += [HoldExpiry(), PolicyDuty()]
    return policy
  }
}
