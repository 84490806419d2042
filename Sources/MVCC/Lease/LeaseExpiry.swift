/// The keeper's duty of ending leases.
public struct LeaseExpiry: KeeperDuty {
  public let name = "leases"

  /// A duty without state: what has ended is read from the store each time.
  public init() {}

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws { try await store.expireLeases() }
}
