internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The other tags of a scope that the release of an event moved and that have not moved since, by name.
  ///
  /// - Complexity: O(tags of the release).
  mutating func companions(of event: TagEvent, in scope: TagScope) throws -> [TagEvent] {
    guard let id = event.release, let hash = id.lastIndex(of: "#"), let sequence = Int64(id[id.index(after: hash)...]),
      let release = try release(ReleaseSetName(String(id[..<hash])), sequence)
    else { return [] }
    return try release.moves.compactMap { move in
      guard move.tag != event.tag, scope.contains(move.tag), let newest = try tag(move.tag)?.newest else { return nil }
      return newest.release == id && newest.revision == event.revision ? newest : nil
    }
  }
}
