internal import ImageRecords
public import MVCC
public import OCI

/// Where in its history a tag is to go back to.
public enum RollbackTarget: Hashable, Sendable {
  /// The image before the present one. Done twice, it comes back to the present one: a rollback is an event too.
  case previous
  /// That many events back; 1 is the event before the newest.
  case steps(Int)
  /// The newest event with the image that this is the digest of, or the beginning of one.
  case image(DigestPrefix)
  /// The event of that number.
  case sequence(Int64)
  /// What it pointed at when a revision was the newest.
  case revision(Revision)
  /// What it pointed at at a time.
  case time(Timestamp)
}

extension ImageStreamWriter {
  /// Points a tag at an image of its own history again, as a new event; nothing is removed from the history, and what the tag is meant to be stays.
  ///
  /// - Parameters:
  ///   - hold: what keeps automation from undoing it; nil leaves the tag's hold, or its freedom, as it is.
  ///   - overridesProtection: whether a tag that is protected is meant, too.
  /// - Throws: `StoreError` with code `notFound` when there is no such tag or no such event, `conflict` when the tag points at that image already,
  ///   `ambiguous` for a short digest that fits several images of the history, `protected` when a rule forbids it.
  /// - Complexity: O(log events) at most.
  @discardableResult
  public mutating func rollback(
    _ name: ImageStreamTagName, to target: RollbackTarget = .previous, hold: RollbackHold? = nil, by: String = "", because: String = "",
    overridesProtection: Bool = false
  ) throws -> TagEvent {
    let newest = try resolve(name).event
    let event = try event(target, of: name, newest: newest)
    guard event.image != newest.image || event.pullSpec != newest.pullSpec else {
      throw StoreError(
        .conflict, "tag \(name) points at \(event.image.map { "\($0)" } ?? event.pullSpec) already; see isdb history \(name)")
    }
    let answer = try move(
      name,
      TagMove(
        image: event.image, pullSpec: event.pullSpec, source: "event \(event.sequence)", cause: .rollback, by: by, because: because,
        steps: [
          DecisionStep(
            .request, "event \(event.sequence)", outcome: "rolled back", detail: "from event \(newest.sequence), by \(target)",
            revision: event.revision)
        ], overridesProtection: overridesProtection),
      meaning: nil)
    if let hold { try self.hold(name, hold.rule(from: newest.image, of: name), by: by, because: because) }
    return answer
  }

  private mutating func event(_ target: RollbackTarget, of name: ImageStreamTagName, newest: TagEvent) throws -> TagEvent {
    switch target {
    case .previous:
      if let event = try firstEvent(of: name, { $0.image != newest.image || $0.image == nil && $0.pullSpec != newest.pullSpec }) {
        return event
      }
      throw StoreError(.notFound, "tag \(name) never pointed at another image; see isdb history \(name)")
    case .steps(let steps):
      guard steps > 0 else { throw StoreError(.invalidArgument, "a rollback goes 1 event back or more, not \(steps)") }
      if let event = try event(newest.sequence - Int64(steps), of: name), try !hasGaps(name, newest) {
        return event
      }
      let older = try history(of: name, before: newest.sequence, limit: steps)
      if older.count == steps, let event = older.last { return event }
      throw StoreError(.notFound, "tag \(name) has \(older.count) older events, not \(steps); see isdb history \(name)")
    case .image(let prefix): return try newestEvent(of: name, with: prefix)
    case .sequence(let sequence):
      if let event = try event(sequence, of: name) { return event }
      throw StoreError(.notFound, "tag \(name) has no event \(sequence); see isdb history \(name)")
    case .revision(let revision):
      if let event = try lastEvent(
        of: name, newest: newest, isAtOrBefore: { $0.moveRevision <= revision.rawValue })
      {
        return event
      }
      throw StoreError(.notFound, "tag \(name) had no event at revision \(revision); see isdb history \(name)")
    case .time(let time):
      if let event = try lastEvent(of: name, newest: newest, isAtOrBefore: { $0.created <= time.millisecondsSinceEpoch }) { return event }
      throw StoreError(.notFound, "tag \(name) had no event at \(time); see isdb history \(name)")
    }
  }

  /// The newest event with an image that begins so.
  private mutating func newestEvent(of name: ImageStreamTagName, with prefix: DigestPrefix) throws -> TagEvent {
    var found: [TagEvent] = []
    for digest in try imagesInHistories(prefix) {
      guard let keyValue = try get(Keyspace.reference(digest, name)) else { continue }
      let record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
      if record.image == digest.description, let event = try event(record.newestSequence, of: name) { found.append(event) }
    }
    guard let event = found.first else {
      throw StoreError(.notFound, "no image in the history of \(name) begins with \(prefix); see isdb history \(name)")
    }
    guard found.count == 1 else {
      let names = found.compactMap { $0.image.map { "\($0)" } }.joined(separator: ", ")
      throw StoreError(.ambiguous, "several images of \(name) begin with \(prefix): \(names); give more digits")
    }
    return event
  }

  /// Whether pruning took events of the tag from between others.
  private mutating func hasGaps(_ name: ImageStreamTagName, _ newest: TagEvent) throws -> Bool {
    guard let first = try oldestEvents(of: name, count: 1).first else { return false }
    return try newest.sequence - first.sequence + 1 != tagRecord(name).eventCount
  }

  /// The last event that passes a test which every earlier event passes too, found by halving. Where pruning took the event in the middle, the one before
  /// is asked.
  ///
  /// - Throws: `StoreError` with code `notFound` when the event that came next was pruned, so that nothing tells which of the two it was.
  private mutating func lastEvent(
    of name: ImageStreamTagName, newest: TagEvent, isAtOrBefore: (Isdb_V1_TagEventRecord) -> Bool
  ) throws -> TagEvent? {
    guard let first = try oldestEvents(of: name, count: 1).first else { return nil }
    var (low, high) = (first.sequence, newest.sequence)
    var answer: TagEvent?
    while low <= high {
      let middle = low + (high - low) / 2
      guard let keyValue = try storedEvent(of: name, from: low, through: middle) else {
        low = middle + 1
        continue
      }
      let event = try TagEvent(keyValue)
      if isAtOrBefore(try RecordCoding.decode(keyValue)) {
        answer = event
        low = middle + 1
      } else {
        high = event.sequence - 1
      }
    }
    if let answer, answer.sequence != newest.sequence, try event(answer.sequence + 1, of: name) == nil {
      throw StoreError(
        .notFound,
        "tag \(name) pointed at event \(answer.sequence) or at a later one that was pruned; choose an event of isdb history \(name)")
    }
    return answer
  }

  /// The last event with a number of a range, as it is stored.
  private mutating func storedEvent(of name: ImageStreamTagName, from low: Int64, through high: Int64) throws -> KeyValue? {
    if let keyValue = try get(Keyspace.event(name, high)) { return keyValue }
    var found: KeyValue?
    let range = KeyRange(from: Keyspace.event(name, low), upTo: Keyspace.event(name, high))
    try forEach(RangeQuery(range, limit: 1, order: .descending)) { keyValue in
      found = keyValue
      return false
    }
    return found
  }

  /// The newest event that `matches`.
  mutating func firstEvent(
    of name: ImageStreamTagName, before: Int64? = nil, _ matches: (TagEvent) -> Bool
  ) throws -> TagEvent? {
    var range = Keyspace.events(of: name)
    if let before { range = KeyRange(from: range.lower, upTo: Keyspace.event(name, before)) }
    var found: TagEvent?
    try forEach(RangeQuery(range, order: .descending)) { keyValue in
      let event = try TagEvent(keyValue)
      if matches(event) { found = event }
      return found == nil
    }
    return found
  }
}

extension RollbackTarget: CustomStringConvertible {
  public var description: String {
    switch self {
    case .previous: "previous image"
    case .steps(let steps): "\(steps) events back"
    case .image(let prefix): "image \(prefix)"
    case .sequence(let sequence): "event \(sequence)"
    case .revision(let revision): "revision \(revision)"
    case .time(let time): "\(time)"
    }
  }
}
