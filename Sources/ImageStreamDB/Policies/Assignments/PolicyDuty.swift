public import MVCC

/// Lets policies choose what has become old enough: the keeper's part in them.
public struct PolicyDuty: KeeperDuty {
  /// The most candidates that are looked at in one write.
  private static let maximumPerWrite = 100

  /// A turn as often as the keeper's policy says.
  public init() {}

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    let images = ImageStore(store)
    while try images.read({ try $0.hasPolicyCandidatesDue(now: now) }) {
      try Task.checkCancellation()
      let commit = try await images.write { try $0.choosePolicyCandidatesDue(limit: Self.maximumPerWrite) }
      // The clock was set back meanwhile.
      if commit.value == 0 { return }
    }
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// Whether a candidate of a policy has become old enough and was not looked at since.
  mutating func hasPolicyCandidatesDue(now: Timestamp) throws -> Bool {
    var isDue = false
    try forEach(RangeQuery(Keyspace.soaking(until: now), limit: 1, keysOnly: true)) { _ in
      isDue = true
      return false
    }
    return isDue
  }
}
