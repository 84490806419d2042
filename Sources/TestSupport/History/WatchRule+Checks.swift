internal import MVCC

/// One function a rule, which answers with a sentence for each place where the rule is broken.
extension WatchRule {
  private typealias Session = RecordedWatch.Session

  /// An event's identity: a revision changes a key once.
  private struct Identity: Hashable {
    let revision: Revision
    let key: [UInt8]

    init(_ event: Event) {
      revision = event.keyValue.modRevision
      key = event.keyValue.key
    }
  }

  static func disorder(_ run: [RecordedWatch.Session]) -> [String] {
    let events = run.flatMap(\.events)
    return zip(events, events.dropFirst()).filter { $1.keyValue.modRevision < $0.keyValue.modRevision }.map {
      "\(HistoryText.text($1)) came after \(HistoryText.text($0))"
    }
  }

  static func repetitions(_ run: [RecordedWatch.Session]) -> [String] {
    var seen: Set<Identity> = []
    return run.flatMap(\.events).filter { !seen.insert(Identity($0)).inserted }.map { "\(HistoryText.text($0)) came twice" }
  }

  /// Compares what came with the log from the first event that came to the last; the order inside a revision is part of it.
  static func gaps(_ run: [RecordedWatch.Session], _ facts: WatchFacts) -> [String] {
    let events = run.flatMap(\.events)
    guard let session = run.first, let first = events.map(\.keyValue.modRevision).min(), let last = events.map(\.keyValue.modRevision).max()
    else { return [] }
    let expected = facts.events(for: session, after: first - 1, through: last)
    let told = Dictionary(events.map { (Identity($0), $0) }) { first, _ in first }
    let isTrue = Dictionary(expected.map { (Identity($0), $0) }) { first, _ in first }
    var details = expected.filter { told[Identity($0)] == nil }.map { "\(HistoryText.text($0)) is missing" }
    for event in events where session.matches(event) {
      guard let fact = isTrue[Identity(event)] else {
        details.append("\(HistoryText.text(event)) never happened")
        continue
      }
      if fact.kind != event.kind || fact.keyValue != event.keyValue {
        details.append("\(HistoryText.text(event)) was \(HistoryText.text(fact))")
      }
    }
    return details
  }

  static func splits(_ run: [RecordedWatch.Session], _ facts: WatchFacts) -> [String] {
    var details: [String] = []
    var places: [Revision: Int] = [:]
    for (place, delivery) in run.flatMap(\.deliveries).enumerated() {
      for event in delivery.batch.events {
        let revision = event.keyValue.modRevision
        if let earlier = places[revision], earlier != place { details.append("revision \(revision) came in two batches") }
        places[revision] = place
      }
    }
    // The changes of a revision come in the order in which its write made them.
    guard let session = run.first, let first = places.keys.min(), let last = places.keys.max() else { return details }
    let expected = Dictionary(grouping: facts.events(for: session, after: first - 1, through: last), by: \.keyValue.modRevision)
    for (revision, events) in Dictionary(grouping: run.flatMap(\.events), by: \.keyValue.modRevision) {
      let keys = events.map(\.keyValue.key)
      let all = (expected[revision] ?? []).map(\.keyValue.key)
      if keys.count < all.count { details.append("revision \(revision) came with \(keys.count) of \(all.count) events") }
      if keys.count == all.count, keys != all { details.append("revision \(revision) came in another order than it was made") }
    }
    return details
  }

  static func falseStarts(_ watch: RecordedWatch, _ facts: WatchFacts) -> [String] {
    var details: [String] = []
    for run in watch.runs {
      for (earlier, later) in zip(run, run.dropFirst()) where later.after != earlier.position {
        details.append("resumed after \(later.after), having come to \(earlier.position)")
      }
    }
    for session in watch.sessions {
      if let time = session.compacted, facts.compactions.asked(before: time) <= session.position + 1 {
        details.append("ended as compacted at \(session.position), which nobody had compacted")
      }
      guard let told = session.events.first else { continue }
      let first = facts.events(for: session, after: session.after, through: told.keyValue.modRevision).first
      if first.map(Identity.init) != Identity(told) {
        details.append("began after \(session.after) with \(HistoryText.text(told)), not \(first.map(HistoryText.text) ?? "nothing")")
      }
    }
    return details
  }

  static func falseBookmarks(_ run: [RecordedWatch.Session], _ facts: WatchFacts) -> [String] {
    guard let session = run.first else { return [] }
    var details: [String] = []
    var bookmark = session.after
    for batch in run.flatMap(\.deliveries).map(\.batch) {
      if batch.revision < bookmark { details.append("the bookmark went back from \(bookmark) to \(batch.revision)") }
      let told = Set(batch.events.map(Identity.init))
      for event in facts.events(for: session, after: bookmark, through: batch.revision) where !told.contains(Identity(event)) {
        details.append("\(HistoryText.text(event)) had not come when the watch was said to be at \(batch.revision)")
      }
      for event in batch.events where event.keyValue.modRevision <= bookmark || event.keyValue.modRevision > batch.revision {
        details.append("\(HistoryText.text(event)) came in the batch from \(bookmark) to \(batch.revision)")
      }
      if let last = batch.events.last?.keyValue.modRevision, batch.storeRevision < last {
        details.append("revision \(last) came from a store at \(batch.storeRevision)")
      }
      if batch.events.isEmpty, batch.storeRevision < batch.revision {
        details.append("progress was told up to \(batch.revision) by a store at \(batch.storeRevision)")
      }
      bookmark = max(bookmark, batch.revision)
    }
    return details
  }

  static func wrongPrevious(_ session: RecordedWatch.Session, _ facts: WatchFacts) -> [String] {
    var details: [String] = []
    let truth = truth(of: session, facts)
    for delivery in session.deliveries {
      for event in delivery.batch.events {
        guard let fact = truth[Identity(event)] else { continue }
        if !session.options.includesPrevious {
          if event.previous != nil { details.append("\(HistoryText.text(event)) has a previous version that was not asked for") }
        } else if let previous = event.previous {
          if previous != fact.previous { details.append("\(HistoryText.text(event)) should be \(HistoryText.text(fact))") }
        } else if fact.previous != nil, facts.compactions.asked(before: delivery.time) < event.keyValue.modRevision {
          details.append("\(HistoryText.text(event)) lacks its previous version, which is not compacted: \(HistoryText.text(fact))")
        }
      }
    }
    return details
  }

  static func wrongCreations(_ session: RecordedWatch.Session, _ facts: WatchFacts) -> [String] {
    let truth = truth(of: session, facts)
    return session.events.compactMap { event in
      guard let fact = truth[Identity(event)] else { return nil }
      let isCreation = fact.kind == .put && fact.previous == nil
      guard event.isCreation == isCreation, event.kind == .delete || (event.keyValue.version == 1) == isCreation else {
        return "\(HistoryText.text(event)) \(isCreation ? "should be" : "is not") a creation"
      }
      return nil
    }
  }

  static func intruders(_ session: RecordedWatch.Session) -> [String] {
    session.events.filter { !session.matches($0) }.map { "\(HistoryText.text($0)) was not asked for" }
  }

  private static func truth(of session: RecordedWatch.Session, _ facts: WatchFacts) -> [Identity: Event] {
    let revisions = session.events.map(\.keyValue.modRevision)
    guard let first = revisions.min(), let last = revisions.max() else { return [:] }
    var everything = session
    everything.options = WatchOptions()
    everything.range = .all
    return Dictionary(facts.events(for: everything, after: first - 1, through: last).map { (Identity($0), $0) }) { first, _ in first }
  }
}
