public import MVCC
public import OCI

/// Several tags that moved together, in one revision: one release of a set.
public struct Release: Hashable, Sendable {
  /// What a release did to one tag.
  public struct Move: Hashable, Sendable {
    /// The tag.
    public let tag: ImageStreamTagName
    /// What it pointed at afterwards; nil for a reference without a known image.
    public let image: Digest?
    /// Where that is.
    public let pullSpec: String
    /// What it pointed at before; nil when it was new, or a reference.
    public let previousImage: Digest?
    /// Where that was; nil when the tag was new.
    public let previousPullSpec: String?
  }

  /// The set.
  public let set: ReleaseSetName
  /// Its number in the set's history, from 1.
  public let sequence: Int64
  /// When it was.
  public let created: Timestamp
  /// The revision in which all its tags moved.
  public let revision: Revision
  /// Who made it, as they said.
  public let by: String
  /// Why, as they said.
  public let because: String
  /// What it was made from: another set's release, or the release that a rollback repeats; empty when its tags were given one by one.
  public let source: String
  /// Its tags, by name.
  public let moves: [Move]

  /// The name by which the events of its tags know it: `namespace/set#3`.
  public var id: String { "\(set)#\(sequence)" }
}
