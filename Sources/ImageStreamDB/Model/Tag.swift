public import MVCC

/// A tag as it stands: what it points at, and where imports take it from.
public struct Tag: Hashable, Sendable {
  /// Its name.
  public let name: ImageStreamTagName
  /// What it points at; nil when every import has failed so far.
  public let newest: TagEvent?
  /// Events in its history.
  public let eventCount: Int64
  /// How often its intent has been changed, from 1.
  public let generation: Int64
  /// Where imports take it from; nil when it was never imported.
  public let importSource: ImportSource?
  /// How the last import went; nil when there was none since the tag was moved by hand.
  public let importCondition: ImportCondition?
}

/// Where imports take a tag from.
public struct ImportSource: Hashable, Sendable {
  /// A reference such as `quay.io/shop/web:1.4`, or the path of a layout.
  public let reference: String
  /// Whether plain HTTP and unverified TLS are allowed.
  public let isInsecure: Bool

  /// A source.
  public init(reference: String, isInsecure: Bool = false) {
    self.reference = reference
    self.isInsecure = isInsecure
  }
}

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

/// A named set of tags.
public struct ImageStream: Hashable, Sendable {
  /// Its name.
  public let name: ImageStreamName
  /// When its first tag was made.
  public let created: Timestamp
  /// The revision of its creation.
  public let createRevision: Revision
}
