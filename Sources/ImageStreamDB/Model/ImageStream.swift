public import MVCC

/// A named set of tags.
public struct ImageStream: Hashable, Sendable {
  /// Its name.
  public let name: ImageStreamName
  /// When its first tag was made.
  public let created: Timestamp
  /// The revision of its creation.
  public let createRevision: Revision
}
