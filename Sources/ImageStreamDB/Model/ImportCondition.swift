public import MVCC

/// How an import of a tag went.
public struct ImportCondition: Hashable, Sendable {
  /// Whether it succeeded.
  public let succeeded: Bool
  /// What kind of failure it was, in a word such as `NotFound`; empty after a success.
  public let reason: String
  /// What failed, in a sentence; empty after a success.
  public let message: String
  /// When that was first found; the same outcome again is not noted again.
  public let time: Timestamp
  /// The revision that noted it.
  public let revision: Revision
}
