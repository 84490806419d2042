extension RevisionStore {
  /// Visits every key of a range that differs between two points, in key order, until `body` answers false.
  ///
  /// The second point may be the earlier one: what was created in between is then deleted, as if one went back. The body runs outside of any
  /// transaction and may take its time; a bounded number of differences is read ahead.
  ///
  /// - Parameter keysOnly: whether values are left out, which saves reading and decompressing them.
  /// - Throws: what `body` throws; `StoreError` with code `compacted` or `futureRevision` when a point cannot be read, also when it was compacted
  ///   meanwhile.
  /// - Complexity: in proportion to the keys of the range or to the changes logged between the points, whichever are fewer; the log is read once for
  ///   every 32,768 keys that differ.
  public func forEachDifference(
    in range: KeyRange = .all, from source: ReadPoint, to target: ReadPoint = .latest, keysOnly: Bool = false,
    _ body: (KeyDifference) throws -> Bool
  ) throws {
    let points = try Points(source: read(at: source) { $0.revision }, target: read(at: target) { $0.revision })
    try forEachDifference(in: range, points, keysOnly: keysOnly, body)
  }

  /// The keys of a range that differ between two points, all or the first of them, in key order.
  ///
  /// - Parameter limit: the most to answer with; 0 means all.
  /// - Throws: `StoreError` as `forEachDifference` does.
  /// - Complexity: as that of `forEachDifference`, up to the limit's last key.
  public func differences(
    in range: KeyRange = .all, from source: ReadPoint, to target: ReadPoint = .latest, limit: Int = 0, keysOnly: Bool = false
  ) throws -> DifferenceResult {
    let points = try Points(source: read(at: source) { $0.revision }, target: read(at: target) { $0.revision })
    var result = DifferenceResult(differences: [], hasMore: false, source: points.source, target: points.target)
    try forEachDifference(in: range, points, keysOnly: keysOnly) { difference in
      if limit != 0, result.differences.count == limit {
        result.hasMore = true
        return false
      }
      result.differences.append(difference)
      return true
    }
    return result
  }

  private struct Points {
    let source: Revision
    let target: Revision

    var earlier: Revision { min(source, target) }
    var later: Revision { max(source, target) }

    /// A difference from the earlier to the later one, the way it was asked for.
    func directed(_ difference: KeyDifference) -> KeyDifference {
      source <= target ? difference : KeyDifference(key: difference.key, before: difference.after, after: difference.before)
    }
  }

  private func forEachDifference(
    in range: KeyRange, _ points: Points, keysOnly: Bool, _ body: (KeyDifference) throws -> Bool
  ) throws {
    guard points.earlier < points.later else { return }
    var rest: KeyRange? = range
    while let range = rest {
      var plan = try read(at: .revision(points.later)) { try $0.planDifferences(since: points.earlier, in: range) }
      rest = plan.rest
      while !plan.isDone {
        let page = try read(at: .revision(points.later)) { try $0.differences(since: points.earlier, in: range, &plan, keysOnly: keysOnly) }
        for difference in page { guard try body(points.directed(difference)) else { return } }
      }
    }
  }
}
