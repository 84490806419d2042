public import MVCC

/// A tag as it stands: what it points at, and what it is meant to.
public struct Tag: Hashable, Sendable {
  /// Its name.
  public let name: ImageStreamTagName
  /// What it is meant to be; nil for a tag that was only ever pushed to, or whose spec was removed.
  public let spec: TagSpec?
  /// What it points at; nil when nothing was imported or pushed yet.
  public let newest: TagEvent?
  /// Events in its history.
  public let eventCount: Int64
  /// How the last import went; nil when there was none since the tag was moved by hand.
  public let importCondition: ImportCondition?
  /// What keeps automation from moving it; nil when nothing does.
  public let hold: Hold?
  /// The last automatic move that a hold or a protection refused, if none has succeeded since.
  public let refused: RefusedMove?
  /// The revision of the last change of any of that.
  public let modRevision: Revision

  /// The stream's generation when the spec was last changed; 0 without a spec.
  public var generation: Int64 { spec?.generation ?? 0 }

  /// Where imports take it from; nil when its source is not one that is imported.
  public var importSource: ImportSource? { spec.flatMap { ImportSource($0) } }

  /// Whether the spec asks for an import that has neither succeeded nor failed yet.
  public var isPending: Bool {
    guard let spec, spec.isImportable else { return false }
    guard let generation = spec.generation, generation > 0 else { return true }
    return generation > max(newest?.generation ?? 0, importCondition?.generation ?? 0)
  }
}
