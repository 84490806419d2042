internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamReader {
  /// When which tags pointed at an image, or an index, itself.
  mutating func intervals(of image: Digest, includingRemoved: Bool) throws -> [TagInterval] {
    var intervals: [TagInterval] = []
    if includingRemoved {
      for name in try tags(everReferringTo: image) { intervals += try allIntervals(of: name, at: image) }
    } else {
      for (name, record) in try references(in: Keyspace.references(to: image), to: image) {
        intervals += try presentIntervals(of: name, at: image, record)
      }
    }
    return intervals
  }

  /// The tags that have or had an image in their history, as far as that is not compacted.
  mutating func tags(everReferringTo image: Digest) throws -> [ImageStreamTagName] {
    var tags: Set<ImageStreamTagName> = []
    try forEachVersion(in: Keyspace.references(to: image)) { version in
      let record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(version.keyValue)
      if record.image == image.description { tags.insert(try Keyspace.referrer(version.keyValue)) }
      return true
    }
    return tags.sorted()
  }

  /// The intervals of the events that are there, without looking at others but for those that came next.
  private mutating func presentIntervals(
    of name: ImageStreamTagName, at image: Digest, _ record: Isdb_V1_TagReferenceRecord
  ) throws -> [TagInterval] {
    var intervals: [TagInterval] = []
    var last = record.newestSequence
    while intervals.count < record.eventCount, let event = try newestEvent(of: name, through: last, { $0.image == image }) {
      intervals.append(TagInterval(event, next: try oldestEvent(of: name, after: event.sequence)))
      last = event.sequence - 1
    }
    return intervals
  }

  private mutating func newestEvent(of name: ImageStreamTagName, through last: Int64, _ matches: (TagEvent) -> Bool) throws -> TagEvent? {
    guard last > 0 else { return nil }
    var found: TagEvent?
    let range = KeyRange(from: Keyspace.events(of: name).lower, upTo: Keyspace.event(name, last + 1))
    try forEach(RangeQuery(range, order: .descending)) { keyValue in
      let event = try TagEvent(keyValue)
      if matches(event) { found = event }
      return found == nil
    }
    return found
  }

  private mutating func oldestEvent(of name: ImageStreamTagName, after sequence: Int64) throws -> TagEvent? {
    var next: TagEvent?
    let range = KeyRange(from: Keyspace.event(name, sequence + 1), upTo: Keyspace.events(of: name).upper)
    try forEach(RangeQuery(range, limit: 1)) { keyValue in
      next = try TagEvent(keyValue)
      return false
    }
    return next
  }

  /// One life of a tag, from its creation to its removal.
  private struct Life {
    var steps: [Step] = []
    /// The revision that removed it; nil when none did.
    var end: Revision?

    /// What it pointed at by one event, which can say something else from a revision on.
    struct Step {
      let event: TagEvent
      let since: Revision
    }
  }

  /// The intervals of a tag by its own versions, in which removals show, and by the events that are older than those.
  private mutating func allIntervals(of name: ImageStreamTagName, at image: Digest) throws -> [TagInterval] {
    var lives: [Revision: Life] = [:]
    let tagKey = Keyspace.tag(name)
    let last = revision
    try forEachVersion(in: .key(tagKey)) { version in
      let created = version.keyValue.createRevision
      var life = lives[created] ?? Life()
      if let event = try Tag(version.keyValue).newest { life.steps.append(Life.Step(event: event, since: version.keyValue.modRevision)) }
      life.end = version.end.flatMap { $0 <= last ? $0 : nil }
      lives[created] = life
      return true
    }
    if let present = try get(tagKey) {
      let known = Set((lives[present.createRevision]?.steps ?? []).map(\.event.sequence))
      try forEach(RangeQuery(Keyspace.events(of: name))) { keyValue in
        let event = try TagEvent(keyValue)
        if !known.contains(event.sequence) {
          lives[present.createRevision, default: Life()].steps.append(Life.Step(event: event, since: keyValue.createRevision))
        }
        return true
      }
    }
    var intervals: [TagInterval] = []
    for (_, life) in lives.sorted(by: { $0.key < $1.key }) { intervals += try self.intervals(of: life, at: image) }
    return intervals
  }

  /// The steps of one life that are about an image, each until the next one that is about another.
  private func intervals(of life: Life, at image: Digest) throws -> [TagInterval] {
    let steps = life.steps.sorted { ($0.event.sequence, $0.since) < ($1.event.sequence, $1.since) }
    var intervals: [TagInterval] = []
    for (index, step) in steps.enumerated() where step.event.image == image {
      // A later version of the same event that is about the same image only corrects where it is.
      if index > 0, steps[index - 1].event.sequence == step.event.sequence, steps[index - 1].event.image == image { continue }
      let next = steps[(index + 1)...].first { $0.event.sequence != step.event.sequence || $0.event.image != image }
      if let next {
        let isSameEvent = next.event.sequence == step.event.sequence
        let time = isSameEvent ? try commitTime(of: next.since) ?? next.event.created : next.event.created
        intervals.append(TagInterval(event: step.event, until: time, endRevision: next.since, end: .moved))
      } else if let end = life.end {
        intervals.append(TagInterval(event: step.event, until: try commitTime(of: end), endRevision: end, end: .removed))
      } else {
        intervals.append(TagInterval(event: step.event, until: nil, endRevision: nil, end: nil))
      }
    }
    return intervals
  }
}

extension TagInterval {
  /// The interval of an event up to the one that came next.
  fileprivate init(_ event: TagEvent, next: TagEvent?) {
    self.init(event: event, until: next?.created, endRevision: next?.revision, end: next == nil ? nil : .moved)
  }
}
