/// One thing that somebody has to do for a store every now and then, and that one process does for all: the keeper.
///
/// Duties run side by side, each at its own pace, on the process that has the keeper's role. Two keepers can overlap for a moment, and a keeper can be
/// killed half-way: a duty must bear both, which it does when every step is one write that looks at the store again.
public protocol KeeperDuty: Sendable {
  /// What it is called in reports.
  var name: String { get }

  /// The time between two turns; zero leaves it to the keeper's policy.
  var interval: Duration { get }

  /// One turn. It should end early when its task is cancelled, and bound what it writes at once.
  ///
  /// - Parameter now: the wall clock.
  /// - Throws: anything; the turn is tried again after a wait that grows with each failure.
  mutating func perform(_ store: RevisionStore, now: Timestamp) async throws
}

extension KeeperDuty {
  public var name: String { "\(Self.self)" }

  public var interval: Duration { .zero }
}
