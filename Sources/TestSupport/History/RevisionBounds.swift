internal import MVCC

/// The least that anyone learnt who asked after a time: what was not there then came later than that.
struct Ceilings {
  /// By the time of the call, each with the least revision from there on.
  private var points: [(invoked: UInt64, revision: Revision)] = []

  init(_ calls: [RecordedCall]) {
    var least = Revision(.max)
    for call in calls.sorted(by: { $0.invoked > $1.invoked }) {
      if case .compact = call.request { continue }
      if let observed = call.observedRevision { least = min(least, observed) }
      points.append((call.invoked, least))
    }
    points.reverse()
  }

  func earliest(after time: UInt64) -> Revision {
    var lower = 0
    var upper = points.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if points[middle].invoked <= time { lower = middle + 1 } else { upper = middle }
    }
    return lower == points.count ? Revision(.max) : points[lower].revision
  }
}

/// When anyone first learnt that a revision is there.
struct LearningTimes {
  /// By revision, each with the earliest time at which it or a later one was known.
  private var points: [(revision: Revision, time: UInt64)] = []

  init(_ history: History) {
    for call in history.calls {
      if case .compact = call.request { continue }
      if let revision = call.observedRevision, let returned = call.returned { points.append((revision, returned)) }
    }
    for delivery in history.watches.flatMap(\.sessions).flatMap(\.deliveries) where !delivery.batch.events.isEmpty {
      points.append((delivery.batch.storeRevision, delivery.time))
    }
    points.sort { $0.revision < $1.revision }
    var earliest = UInt64.max
    for place in points.indices.reversed() {
      earliest = min(earliest, points[place].time)
      points[place].time = earliest
    }
  }

  func earliest(_ revision: Revision) -> UInt64 {
    var lower = 0
    var upper = points.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if points[middle].revision < revision { lower = middle + 1 } else { upper = middle }
    }
    return lower == points.count ? .max : points[lower].time
  }
}
