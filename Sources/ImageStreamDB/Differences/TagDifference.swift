public import MVCC

/// A tag that does not point at the same thing at two revisions.
public struct TagDifference: Hashable, Sendable {
  /// How it differs.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// It points at something at the second revision only.
    case added
    /// It points at something at the first revision only.
    case removed
    /// It points at something at both, but not at the same.
    case moved
  }

  /// The tag.
  public let tag: ImageStreamTagName
  /// What it pointed at at the first revision, with who moved it there; nil when at nothing.
  public let before: TagEvent?
  /// What it pointed at at the second revision, with who moved it there; nil when at nothing.
  public let after: TagEvent?

  /// How it differs.
  public var kind: Kind {
    if before == nil { return .added }
    return after == nil ? .removed : .moved
  }
}

/// The tags that differ between two revisions.
public struct TagDifferences: Hashable, Sendable {
  /// By name, at most as many as the limit.
  public var elements: [TagDifference]
  /// Whether tags beyond the limit differ too.
  public var hasMore: Bool
  /// The first revision.
  public let source: Revision
  /// The second revision.
  public let target: Revision
}

extension ImageStore {
  /// The tags of a scope that point at something else at one revision or time than at another: added, removed and moved ones, with the events that brought
  /// them there.
  ///
  /// The second point may be the earlier one: it then tells what going back would change. A tag of which only something else changed, such as its spec or its
  /// hold, is left out.
  ///
  /// - Parameter limit: the most to answer with; 0 means all.
  /// - Throws: `StoreError` with code `compacted` or `futureRevision` when a point cannot be read, `invalidArgument` for a negative limit.
  /// - Complexity: in proportion to the tags of the scope or to the changes between the points, whichever are fewer.
  public func differences(
    in scope: TagScope, from source: ReadPoint, to target: ReadPoint = .latest, limit: Int = 0
  ) throws -> TagDifferences {
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    var found = TagDifferences(
      elements: [], hasMore: false, source: try keyValues.read(at: source) { $0.revision },
      target: try keyValues.read(at: target) { $0.revision })
    try keyValues.forEachDifference(in: Keyspace.tags(in: scope), from: .revision(found.source), to: .revision(found.target)) { key in
      let (before, after) = (try key.before.map { try Tag($0) }, try key.after.map { try Tag($0) })
      guard let name = (after ?? before)?.name, before?.newest?.place != after?.newest?.place else { return true }
      if limit != 0, found.elements.count == limit {
        found.hasMore = true
        return false
      }
      found.elements.append(TagDifference(tag: name, before: before?.newest, after: after?.newest))
      return true
    }
    return found
  }
}

extension TagEvent {
  /// Image and place, which are what a tag points at.
  fileprivate var place: [String] { [image?.description ?? "", pullSpec] }
}
