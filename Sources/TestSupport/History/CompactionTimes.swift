public import MVCC

/// How far compactions may have come, and must have come, at a time.
public struct CompactionTimes: Sendable {
  /// By time, each with the greatest revision up to then.
  private var asked: [(time: UInt64, revision: Revision)] = []
  private var answered: [(time: UInt64, revision: Revision)] = []

  /// The compactions among calls.
  public init(_ calls: [RecordedCall]) {
    for call in calls {
      guard case .compact(let target) = call.request else { continue }
      asked.append((call.invoked, target))
      if case .compacted(let revision) = call.answer, let returned = call.returned { answered.append((returned, revision)) }
    }
    asked = Self.maxima(asked)
    answered = Self.maxima(answered)
  }

  /// The greatest revision that a compaction was asked for before a time; zero when there was none.
  public func asked(before time: UInt64) -> Revision { Self.last(asked, before: time) }

  /// The greatest revision that a compaction was answered with before a time; zero when there was none.
  public func answered(before time: UInt64) -> Revision { Self.last(answered, before: time) }

  private static func maxima(_ points: [(time: UInt64, revision: Revision)]) -> [(time: UInt64, revision: Revision)] {
    var greatest = Revision.zero
    return points.sorted { $0.time < $1.time }.map { point in
      greatest = max(greatest, point.revision)
      return (point.time, greatest)
    }
  }

  private static func last(_ points: [(time: UInt64, revision: Revision)], before time: UInt64) -> Revision {
    var lower = 0
    var upper = points.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if points[middle].time < time { lower = middle + 1 } else { upper = middle }
    }
    return lower == 0 ? .zero : points[lower - 1].revision
  }
}
