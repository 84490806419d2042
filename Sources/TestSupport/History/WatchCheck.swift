public import MVCC

/// What is true of the watched store: its whole log, and how far compactions were.
public struct WatchFacts: Sendable {
  /// Every event, with the previous version of its key.
  public let events: [Event]

  /// The compactions.
  public let compactions: CompactionTimes

  /// The facts of a history that was replayed into a model.
  public init(model: ModelStore, compactions: CompactionTimes) {
    events = model.events
    self.compactions = compactions
  }

  /// The events that a session should have been told, after a revision and up to another.
  func events(for session: RecordedWatch.Session, after: Revision, through: Revision) -> [Event] {
    let first = place(after: after)
    return events[first..<max(first, place(after: through))].filter(session.matches)
  }

  /// The number of events up to a revision.
  private func place(after revision: Revision) -> Int {
    var lower = 0
    var upper = events.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if events[middle].keyValue.modRevision <= revision { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}

extension RecordedWatch.Session {
  /// Whether the watch asks for an event.
  func matches(_ event: Event) -> Bool {
    range.contains(event.keyValue.key) && !(event.kind == .put ? options.excludesPuts : options.excludesDeletes)
  }

  /// What came, in order.
  public var events: [Event] { deliveries.flatMap(\.batch.events) }
}

extension RecordedWatch {
  /// Sessions that continue one another: a watcher that died and resumed after its last batch should not have noticed.
  ///
  /// A run ends where the log was compacted under the watcher, which then had to begin anew.
  var runs: [[Session]] {
    var runs: [[Session]] = []
    var isContinued = false
    for session in sessions {
      if isContinued { runs[runs.count - 1].append(session) } else { runs.append([session]) }
      isContinued = session.compacted == nil
    }
    return runs
  }
}

/// What etcd promises of watches, as its robustness tests put it: each rule can be broken while the others hold.
public enum WatchRule: String, CaseIterable, Sendable {
  /// Events come in the order of their revisions and, inside a revision, of its changes.
  case ordered
  /// No event comes twice.
  case unique
  /// Between the first event and the last, none is missing and none is invented.
  case reliable
  /// All events of a revision come together.
  case atomic
  /// A watch that begins after a revision begins with the first event after it, and one that resumes does so where it stopped.
  case resumable
  /// When a batch says how far it goes, everything up to there was delivered and nothing up to there comes later.
  case bookmarkable
  /// The previous version is the one right before, whenever it was asked for and is not compacted.
  case previousPair
  /// A key is created exactly when it was not there before.
  case creation
  /// Only what was asked for comes.
  case filter

  /// Where a watch breaks this rule.
  public func violations(_ watch: RecordedWatch, _ facts: WatchFacts) -> [Violation] {
    let details: [String] =
      switch self {
      case .ordered: watch.runs.flatMap { Self.disorder($0) }
      case .unique: watch.runs.flatMap { Self.repetitions($0) }
      case .reliable: watch.runs.flatMap { Self.gaps($0, facts) }
      case .atomic: watch.runs.flatMap { Self.splits($0, facts) }
      case .resumable: Self.falseStarts(watch, facts)
      case .bookmarkable: watch.runs.flatMap { Self.falseBookmarks($0, facts) }
      case .previousPair: watch.sessions.flatMap { Self.wrongPrevious($0, facts) }
      case .creation: watch.sessions.flatMap { Self.wrongCreations($0, facts) }
      case .filter: watch.sessions.flatMap { Self.intruders($0) }
      }
    return details.map { Violation(rawValue, "\(watch.watcher): \($0)") }
  }
}
