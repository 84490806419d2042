internal import ImageRecords
internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The most events of followed tags that an explanation goes back through.
  static var maximumOrigins: Int { 100 }

  /// Why a tag points where it does, or did.
  ///
  /// - Parameter sequence: the event to explain; nil means the newest.
  /// - Throws: `StoreError` with code `notFound` when there is no such tag or event.
  /// - Complexity: O(steps, tags followed, and triggers).
  public mutating func explain(_ name: ImageStreamTagName, event sequence: Int64? = nil) throws -> Explanation {
    guard let tag = try tag(name) else { throw StoreError.noTag(name) }
    guard let event = try event(sequence ?? tag.newest?.sequence ?? 0, of: name) else {
      throw StoreError(
        .notFound,
        sequence.map { "tag \(name) has no event \($0); see isdb history \(name)" } ?? "tag \(name) has no image yet; nothing moved it")
    }
    let steps = try steps(of: event)
    return Explanation(
      tag: tag, event: event, previous: try self.event(event.sequence - 1, of: name), steps: steps, upstream: try origins(of: steps),
      protection: try protection(of: name), firings: try firings(of: event))
  }

  /// The way to an event, as it was written with it.
  public mutating func steps(of event: TagEvent) throws -> [DecisionStep] {
    guard let keyValue = try get(Keyspace.event(event.tag, event.sequence)) else { return [] }
    let record: Isdb_V1_TagEventRecord = try RecordCoding.decode(keyValue)
    return record.steps.map { DecisionStep($0) }
  }

  /// The events of followed tags behind the steps: each names the revision of the move that it answered.
  private mutating func origins(of steps: [DecisionStep]) throws -> [Explanation.Origin] {
    var origins: [Explanation.Origin] = []
    var steps = steps
    while origins.count < Self.maximumOrigins,
      let step = steps.first(where: { $0.kind == .tracking || $0.kind == .policy }), let revision = step.revision,
      let source = try? ImageStreamTagName(step.subject), let event = try newestEvent(of: source, atOrBefore: revision)
    {
      if origins.contains(where: { $0.event == event }) { break }
      steps = try self.steps(of: event)
      origins.append(Explanation.Origin(event: event, steps: steps))
    }
    return origins
  }

  private mutating func newestEvent(of name: ImageStreamTagName, atOrBefore revision: Revision) throws -> TagEvent? {
    var found: TagEvent?
    try forEach(RangeQuery(Keyspace.events(of: name), order: .descending)) { keyValue in
      // The key may be younger than the move: a tag that was brought back has its events anew.
      let record: Isdb_V1_TagEventRecord = try RecordCoding.decode(keyValue)
      if record.moveRevision <= revision.rawValue { found = try TagEvent(keyValue) }
      return found == nil
    }
    return found
  }

  private mutating func firings(of event: TagEvent) throws -> [Explanation.Firing] {
    var firings: [Explanation.Firing] = []
    for trigger in try triggers() where trigger.scope.contains(event.tag) {
      let delivery = try delivery(of: trigger.name, event.tag)
      firings.append(Explanation.Firing(trigger: trigger, delivery: delivery?.revision == event.revision ? delivery : nil))
    }
    return firings
  }
}
