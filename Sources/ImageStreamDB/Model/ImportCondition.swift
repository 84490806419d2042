public import MVCC

/// How an import of a tag went: OpenShift's condition `ImportSuccess`.
public struct ImportCondition: Hashable, Sendable {
  /// Whether it succeeded. OpenShift writes failures only, and no condition after a success.
  public let succeeded: Bool
  /// What kind of failure it was, in a word such as `NotFound`; empty after a success.
  public let reason: String
  /// What failed, in a sentence; empty after a success.
  public let message: String
  /// When that was first found; the same outcome again is not noted again.
  public let time: Timestamp
  /// The revision that noted it.
  public let revision: Revision
  /// The stream's generation that it answers.
  public let generation: Int64

  /// An outcome.
  public init(succeeded: Bool, reason: String, message: String, time: Timestamp, revision: Revision, generation: Int64) {
    self.succeeded = succeeded
    self.reason = reason
    self.message = message
    self.time = time
    self.revision = revision
    self.generation = generation
  }
}
