/// What a write came to, once it is durable.
public struct Commit<Value: Sendable>: Sendable {
  /// What the body answered.
  public let value: Value

  /// The write's own revision; the newest one when the body changed nothing.
  public let revision: Revision

  /// The wall-clock time of the commit, never before an earlier commit's.
  public let time: Timestamp

  /// Whether anything was changed. A write that changes nothing gets no revision (etcd: a transaction without effect keeps the header's revision).
  public let hasChanges: Bool

  package init(value: Value, revision: Revision, time: Timestamp, hasChanges: Bool) {
    self.value = value
    self.revision = revision
    self.time = time
    self.hasChanges = hasChanges
  }
}
