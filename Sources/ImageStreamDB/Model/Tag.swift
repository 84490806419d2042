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
