/// How much history is kept, of the whole store or of the keys with one prefix.
///
/// A version is kept as long as either limit keeps it; without limits nothing is dropped.
public struct RetentionPolicy: Hashable, Sendable {
  /// So many revisions before the newest stay readable; 0 keeps the newest alone. Nil: their number keeps nothing.
  public var revisions: Int64?

  /// The store stays readable as it was at any time since so long ago. Nil: age keeps nothing.
  public var age: Duration?

  /// How far consumers and backups may hold this back; nil is `StoreConfiguration.holdLimit`.
  public var holdLimit: HoldLimit?

  /// Keeps what either limit keeps.
  public init(revisions: Int64? = nil, age: Duration? = nil, holdLimit: HoldLimit? = nil) {
    self.revisions = revisions
    self.age = age
    self.holdLimit = holdLimit
  }
}

/// How far a durable consumer, or a backup that runs, may hold compaction back.
///
/// One that is further behind is passed by: what it reads next fails with code `compacted`, so that it learns of the gap.
public struct HoldLimit: Hashable, Sendable {
  /// The most revisions between what it needs and the newest; for a backup, between the newest when it began and the newest now. Nil: any.
  public var revisions: Int64?

  /// The longest since the commit that it needs next; for a backup, since it began. Nil: any.
  public var age: Duration?

  /// Both limits count; without any, a consumer holds compaction back for ever.
  public init(revisions: Int64? = nil, age: Duration? = nil) {
    self.revisions = revisions
    self.age = age
  }
}

/// Up to where history is kept.
public enum KeptHistory: Hashable, Sendable {
  /// So many revisions before the newest.
  case revisions(Int64)

  /// Everything that could be read in the time since.
  case duration(Duration)

  /// From that revision on.
  case to(Revision)
}

/// The keys with one prefix that have a retention policy of their own.
///
/// A key belongs to the class with the longest prefix that it begins with.
public struct RetentionClass: Hashable, Sendable {
  /// What its keys begin with; empty for the class of all that are in no other.
  public let prefix: [UInt8]

  /// Nil for a class that was removed and still has to come to the same revision as the class around it.
  public let policy: RetentionPolicy?

  /// The oldest readable revision of its keys; 0 when nothing was compacted.
  public let compactRevision: Revision

  /// Whether compacted versions are still to be deleted.
  public let isCompacting: Bool
}
