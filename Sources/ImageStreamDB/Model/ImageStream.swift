public import MVCC

/// A named set of tags, with what it is meant to be: OpenShift's ImageStream without its tags, which are read one by one (`Tag`).
public struct ImageStream: Hashable, Sendable {
  /// Its name.
  public let name: ImageStreamName
  /// When it was made.
  public let created: Timestamp
  /// The revision of its creation.
  public let createRevision: Revision
  /// The revision of the last change of the stream itself; a move of a tag that leaves the spec alone is none.
  public let modRevision: Revision
  /// How often the spec of the stream or of one of its tags was changed, from 1.
  public let generation: Int64
  /// For people and tools; kept, not interpreted.
  public let annotations: [String: String]
  /// For selecting streams by.
  public let labels: [String: String]
  /// Whether short names of workloads in its namespace are looked up in it.
  public let usesLocalLookup: Bool
  /// The repository that imports of the whole stream read; nil when there is none.
  public let repository: String?
  /// What an applied object had in its metadata besides, as JSON; empty when nothing.
  public let metadata: String
}
