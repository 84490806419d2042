/// What a run of pruning came to, counted.
public struct PruneSummary: Hashable, Sendable {
  /// Events that went.
  public private(set) var events = 0
  /// Tags that went.
  public private(set) var tags = 0
  /// Images that went.
  public private(set) var images = 0
  /// Manifests that went.
  public private(set) var manifests = 0
  /// Configurations that went.
  public private(set) var configurations = 0
  /// Decisions to keep something.
  public private(set) var kept = 0
  /// What could not be judged.
  public private(set) var faults = 0

  /// Nothing.
  public init() {}

  /// Counts a decision.
  public mutating func count(_ decision: PruneDecision) {
    switch decision.verdict {
    case .keep: kept += 1
    case .fault: faults += 1
    case .remove:
      switch decision.object {
      case .event: events += 1
      case .tag: tags += 1
      case .image: images += 1
      case .manifest: manifests += 1
      case .configuration: configurations += 1
      case .use, .record: break
      }
    }
  }
}
