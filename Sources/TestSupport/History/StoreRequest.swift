public import MVCC

/// A request on a key space, in the few forms that recorded histories are made of.
public enum StoreRequest: Hashable, Sendable {
  /// Changes of distinct keys as one revision, if the condition holds.
  case write([ModelStore.Change], if: Condition?)

  /// Deletion of every key of a range, as one revision.
  case delete(KeyRange)

  /// A put of a key that goes with a lease.
  case attach(key: [UInt8], value: [UInt8], lease: Int64)

  /// A new lease.
  case grant(lease: Int64, seconds: Int64)

  /// A lease's whole time again.
  case keepAlive(lease: Int64)

  /// The end of a lease and of its keys.
  case revoke(lease: Int64)

  /// The keys of a range, at a revision or, without one, at the newest.
  case range(KeyRange, at: Revision?)

  /// Compaction up to a revision.
  case compact(to: Revision)

  /// Whether it may change something.
  public var isWrite: Bool {
    switch self {
    case .write, .delete, .attach, .revoke: true
    case .range, .compact, .grant, .keepAlive: false
    }
  }

  /// What a compare-and-swap compares: that a key was last changed at a revision; zero means that it does not exist.
  public struct Condition: Hashable, Sendable {
    /// The key that is compared.
    public var key: [UInt8]

    /// Its mod revision, if the condition is to hold.
    public var modRevision: Revision

    /// A comparison with both fields given.
    public init(key: [UInt8], modRevision: Revision) {
      self.key = key
      self.modRevision = modRevision
    }
  }
}

/// What a request was answered with.
public enum StoreAnswer: Hashable, Sendable {
  /// A write: whether its condition held, the revision that the store then was at, and what the write saw before its own changes.
  ///
  /// `before` has one element for each change or, when the condition did not hold, the one key that was compared. For the deletion of
  /// a range it has every key that was deleted.
  case written(isApplied: Bool, revision: Revision, before: [KeyValue?])

  /// A range: the store's newest revision, and the keys at the revision that was asked for.
  case range(revision: Revision, keyValues: [KeyValue])

  /// A grant or a renewal: whether there is such a lease now.
  case lease(isAlive: Bool)

  /// A compaction: the oldest readable revision now.
  case compacted(to: Revision)

  /// An error with that code.
  case refused(String)

  /// Nobody can tell whether it took place: the connection to the answer was lost.
  case unknown
}
