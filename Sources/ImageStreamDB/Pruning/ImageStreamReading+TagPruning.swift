internal import MVCC
internal import OCI

// Which events and tags go. The rules are those of `oc adm prune images`, in its order, with three differences: an event without an image is judged as any
// other; an image that was never imported is no reason to forget who pointed at it; and a tag is never moved: its newest event goes with all of them or stays.

extension ImageStreamReading where Self: ~Copyable {
  /// Judges tags from a position on, as many as one step takes.
  mutating func judgeTags(from position: PrunePosition, _ context: PruneContext) throws -> PruneStep {
    var step = PruneStep()
    var judge = EventJudge(context, triggers: try triggers().map(\.name))
    var range = Keyspace.tags(in: context.options.namespace.map { .namespace($0) } ?? .all)
    if let after = position.after { range = range.after(after) }
    let page = try page(range, limit: Self.maximumTagsPerStep) { $0 }
    var done = position
    for keyValue in page.elements {
      let begun = done.tag
      done.tag = nil
      do {
        let tag = try Tag(keyValue)
        if let begun, begun.name == tag.name, begun.createRevision == keyValue.createRevision {
          done.tag = try judgeHistory(of: tag, from: begun, &judge, &step)
        } else {
          done.tag = try begin(tag, keyValue.createRevision, &judge, &step)
        }
      } catch {
        step.fault(.record(keyValue.keyText), error)
      }
      if done.tag == nil { done.after = keyValue.key }
      if done.tag != nil || step.isFull {
        step.next = done
        return step
      }
    }
    step.next = page.hasMore ? done : nil
    return step
  }

  /// The most tags of a step; one without much history takes one decision or two.
  private static var maximumTagsPerStep: Int { 250 }

  /// The most events that are read at once.
  private static var maximumEventsPerPage: Int { 250 }

  /// - Returns: where to go on with the tag; nil when it is done.
  private mutating func begin(
    _ tag: Tag, _ createRevision: Revision, _ judge: inout EventJudge, _ step: inout PruneStep
  ) throws -> TagPosition? {
    if let stream = try imageStream(tag.name.stream), judge.context.isYoung(stream.created) {
      step.keep(.tag(tag.name), "its stream is younger than \(judge.ageText)")
      return nil
    }
    guard let newest = tag.newest else {
      try judgeEmpty(tag, judge, &step)
      return nil
    }
    return try judgeHistory(of: tag, from: TagPosition(tag, createRevision: createRevision, newest: newest), &judge, &step)
  }

  /// A tag that never had an image, or lost its last one.
  private mutating func judgeEmpty(_ tag: Tag, _ judge: EventJudge, _ step: inout PruneStep) throws {
    if tag.spec != nil {
      step.keep(.tag(tag.name), "it has no image yet, and its spec asks for one")
    } else if tag.hold != nil {
      step.keep(.tag(tag.name), "it is held")
    } else if try policy(of: tag.name) != nil {
      step.keep(.tag(tag.name), "a policy moves it")
    } else if let condition = tag.importCondition, judge.context.isYoung(condition.time) {
      step.keep(.tag(tag.name), "its failed import is younger than \(judge.ageText)")
    } else {
      step.remove(.tag(tag.name), "it has neither an image nor a spec")
      step.tags.append(TagRemoval(name: tag.name, removesTag: true))
      step.changeCount += 3
    }
  }

  private mutating func judgeHistory(
    of tag: Tag, from begin: TagPosition, _ judge: inout EventJudge, _ step: inout PruneStep
  ) throws -> TagPosition? {
    guard let newest = tag.newest else { return nil }
    var position = begin
    if newest.sequence != position.newest { position.keepsOlder = true }
    var removal = TagRemoval(name: tag.name)
    // The tag itself, and its stream when the tag goes.
    step.changeCount += 2
    defer {
      if !removal.events.isEmpty || removal.removesTag { step.tags.append(removal) } else { step.changeCount -= 2 }
    }
    var isDone = false
    while !isDone {
      let events = try storedEvents(of: tag.name, before: position.before, limit: Self.maximumEventsPerPage)
      isDone = events.count < Self.maximumEventsPerPage
      for (sequence, keyValue) in events {
        if step.isFull { return position }
        position.before = sequence
        do {
          let event = try TagEvent(keyValue)
          switch try judge.verdict(on: event, at: position.index, of: tag, &self) {
          case .keep(let reason):
            step.keep(.event(event), reason)
            position.keepsOlder = true
          case .remove(let reason):
            step.remove(.event(event), reason)
            step.changeCount += 2
            removal.events.append(event)
          }
        } catch {
          step.fault(.record(keyValue.keyText), error)
          position.keepsOlder = true
        }
        position.index += 1
      }
    }
    switch try judge.verdict(onNewest: newest, of: tag, keepsOlder: position.keepsOlder, &self) {
    case .keep(let reason): step.keep(.event(newest), reason)
    case .remove(let reason):
      step.remove(.event(newest), reason)
      step.remove(.tag(tag.name), "nothing is left of its history, and it has no spec")
      step.changeCount += 2
      removal.events.append(newest)
      removal.removesTag = true
    }
    return nil
  }

  /// Events as they are stored, newest first, with their numbers.
  private mutating func storedEvents(of name: ImageStreamTagName, before: Int64, limit: Int) throws -> [(Int64, KeyValue)] {
    let range = Keyspace.events(of: name)
    var events: [(Int64, KeyValue)] = []
    let older = KeyRange(from: range.lower, upTo: Keyspace.event(name, before))
    try forEach(RangeQuery(older, limit: limit, order: .descending)) { keyValue in
      guard let sequence = Int64(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self), radix: 16) else {
        throw RecordCoding.corrupt(keyValue.key, "is under a key that names no event")
      }
      events.append((sequence, keyValue))
      return true
    }
    return events
  }
}
