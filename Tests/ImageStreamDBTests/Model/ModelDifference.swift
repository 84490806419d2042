import TestSupport

@testable import ImageStreamDB

extension TagModel {
  /// What differs between a store and the model, in the public reads and in the keys behind them; nil when nothing does.
  func difference(from reader: inout ImageStreamReader) throws -> String? {
    if let difference = try streamDifference(&reader) { return difference }
    let found = try reader.tags(in: .all).elements
    guard found.map(\.name) == tags.keys.sorted() else { return "the tags are \(found.map(\.name))" }
    var eventCount = 0
    for tag in found {
      guard let entry = tags[tag.name] else { return "\(tag.name) is there" }
      let history = try reader.history(of: tag.name)
      if let difference = difference(tag, entry, history) { return "\(tag.name): \(difference)" }
      if tag.newest != nil {
        let resolved = try reader.resolve(tag.name)
        guard resolved.event == tag.newest, resolved.pullSpec == pullSpec(of: tag.name) else {
          return "\(tag.name) resolves to \(resolved.pullSpec), not \(pullSpec(of: tag.name) ?? "nothing")"
        }
      }
      eventCount += history.count
    }
    guard try reader.count(Keyspace.events) == eventCount else { return "there are events without a tag" }
    return try indexDifference(&reader) ?? referenceDifference(&reader)
  }

  private func streamDifference(_ reader: inout ImageStreamReader) throws -> String? {
    let found = try reader.imageStreams().elements
    guard found.map(\.name) == streams.keys.sorted() else { return "the streams are \(found.map(\.name))" }
    for stream in found {
      let state = Stream(
        created: stream.created, generation: stream.generation, labels: stream.labels, annotations: stream.annotations,
        usesLocalLookup: stream.usesLocalLookup, repository: stream.repository)
      guard let expected = streams[stream.name], state == expected else {
        return "\(stream.name) is \(state), not \(streams[stream.name].map { "\($0)" } ?? "there")"
      }
    }
    return nil
  }

  private func difference(_ tag: Tag, _ entry: Entry, _ history: [TagEvent]) -> String? {
    let events = history.reversed().enumerated().map { index, event in
      Event(
        sequence: event.sequence, image: event.image, pullSpec: event.pullSpec, created: event.created,
        moved: index < entry.events.count ? entry.events[index].moved : event.revision, revision: event.revision,
        generation: event.generation, by: event.by, cause: event.cause, source: event.source)
    }
    guard events == entry.events else { return "the history is \(events), not \(entry.events)" }
    guard tag.newest == history.first, tag.eventCount == Int64(history.count) else { return "\(tag) does not agree with its history" }
    guard tag.spec == entry.spec else { return "the spec is \(String(describing: tag.spec)), not \(String(describing: entry.spec))" }
    guard tag.importCondition == entry.condition else {
      return "the condition is \(String(describing: tag.importCondition)), not \(String(describing: entry.condition))"
    }
    guard tag.hold == entry.hold else { return "the hold is \(String(describing: tag.hold)), not \(String(describing: entry.hold))" }
    guard tag.isPending == entry.isPending else { return "isPending is \(tag.isPending)" }
    return refusedDifference(tag.refused, entry.refused)
  }

  private func refusedDifference(_ found: RefusedMove?, _ expected: Refused?) -> String? {
    guard let found, let expected else {
      return found == nil && expected == nil ? nil : "refused is \(String(describing: found)), not \(String(describing: expected))"
    }
    let isSame =
      found.image == expected.image && found.pullSpec == expected.pullSpec && found.cause == expected.cause
      && found.source == expected.source && found.time == expected.time && found.revision == expected.revision
      && found.reason.contains(expected.reason.phrase)
    return isSame ? nil : "refused is \(found), not \(expected)"
  }

  /// The keys that lead from followed tags to their followers, and to what is held; the rules.
  private func indexDifference(_ reader: inout ImageStreamReader) throws -> String? {
    for name in Set(tags.compactMap { Self.followed($0.value.spec, in: $0.key.stream) }) {
      let found = try reader.followers(of: name)
      guard found == followers(of: name) else { return "\(name) is followed by \(found), not \(followers(of: name))" }
    }
    let following = tags.filter { Self.followed($0.value.spec, in: $0.key.stream) != nil }.count
    guard try reader.count(Keyspace.followers) == following else { return "there are followers that follow nothing" }
    let held = try reader.heldTags().map(\.name)
    guard held == tags.filter({ $0.value.hold != nil }).keys.sorted(), try reader.count(Keyspace.holds) == held.count else {
      return "held are \(held)"
    }
    let rules = try reader.protections().map { Protection(pattern: $0.pattern, kind: $0.kind, by: $0.by) }
    let expected = protections.sorted { $0.key < $1.key }.flatMap(\.value)
    return rules == expected ? nil : "the rules are \(rules), not \(expected)"
  }

  private func referenceDifference(_ reader: inout ImageStreamReader) throws -> String? {
    var count = 0
    for image in ModelChoices.contents.map(\.digest) {
      let expected = tags.sorted { $0.key < $1.key }.compactMap { name, entry -> TagReference? in
        let events = entry.events.filter { $0.image == image }
        guard let newest = events.last else { return nil }
        return TagReference(
          tag: name, eventCount: Int64(events.count), newestSequence: newest.sequence, isCurrent: entry.events.last?.image == image,
          index: nil)
      }
      let found = try reader.tags(referringTo: image)
      guard found == expected else { return "the references to \(image) are \(found), not \(expected)" }
      count += found.count
    }
    return try reader.count(Keyspace.references) == count ? nil : "there are references to other images"
  }
}

extension TagModel.Entry {
  /// Whether an import is asked for that has no outcome yet, openshift.md 3.8.
  fileprivate var isPending: Bool {
    guard let spec, !spec.isReference else { return false }
    switch spec.source {
    case .registryImage, .layout: return (spec.generation ?? 0) > [events.last?.generation ?? 0, condition?.generation ?? 0].max() ?? 0
    default: return false
    }
  }
}

extension ImageStreamReader {
  fileprivate mutating func count(_ prefix: String) throws -> Int {
    var count = 0
    try forEach(RangeQuery(.prefix(Array(prefix.utf8)), keysOnly: true)) { _ in
      count += 1
      return true
    }
    return count
  }
}
