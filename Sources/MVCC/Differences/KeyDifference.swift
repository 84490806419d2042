/// A key that is not the same at two revisions.
public struct KeyDifference: Hashable, Sendable {
  /// How it differs.
  public enum Kind: Hashable, Sendable {
    /// It is there at the second revision only.
    case created
    /// It is there at both, and was set in between: to the same value, perhaps, or deleted and created again.
    case changed
    /// It is there at the first revision only.
    case deleted
  }

  /// The key.
  public let key: [UInt8]

  /// The key at the first revision; nil when it was not there.
  public let before: KeyValue?

  /// The key at the second revision; nil when it is not there.
  public let after: KeyValue?

  /// How it differs.
  public var kind: Kind {
    if before == nil { return .created }
    return after == nil ? .deleted : .changed
  }
}

/// What differs between two revisions.
public struct DifferenceResult: Hashable, Sendable {
  /// In key order, at most as many as the limit.
  public var differences: [KeyDifference]

  /// Whether keys beyond the limit differ too; `KeyRange.after` the last key gives them, at the same revisions.
  public var hasMore: Bool

  /// The first revision.
  public let source: Revision

  /// The second revision.
  public let target: Revision
}
