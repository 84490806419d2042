@testable import ImageStreamDB

extension TagModel {
  /// What a tag is to point at.
  struct Target {
    var image: Digest?
    var pullSpec: String
    var source: String
    var cause: TagEvent.Cause
    /// The generation that it answers; nil means the stream's.
    var generation: Int64?
    var by = ""
    var overridesProtection = false
    var version: String?
  }

  /// OpenShift's rule for a new event, openshift.md 3.1: only the newest one is looked at.
  private enum Rule {
    case nothing, newGeneration, newImageInPlace, newPlaceInPlace, prepend

    init(_ newest: Event?, _ next: Target, _ generation: Int64) {
      guard let newest else {
        self = .prepend
        return
      }
      let (samePlace, sameImage) = (newest.pullSpec == next.pullSpec, newest.image == next.image)
      if samePlace && sameImage && newest.generation == generation {
        self = .nothing
      } else if samePlace && sameImage {
        self = .newGeneration
      } else if samePlace {
        self = .newImageInPlace
      } else if sameImage {
        self = .newPlaceInPlace
      } else {
        self = .prepend
      }
    }
  }

  /// Moves a tag, and nothing else; answers whether its newest event changed.
  @discardableResult
  mutating func move(_ name: ImageStreamTagName, to target: Target) throws(Refusal) -> Bool {
    var entry = tags[name] ?? Entry()
    let generation = target.generation ?? generation(of: name.stream)
    let rule = Rule(entry.events.last, target, generation)
    if rule == .nothing { return false }
    // A reference whose image is unknown is another thing with another place.
    if rule == .prepend || rule == .newImageInPlace || rule == .newPlaceInPlace && target.image == nil {
      if let reason = try refusal(of: target, &entry, name) {
        var refused = Refused(
          image: target.image, pullSpec: target.pullSpec, cause: target.cause, source: target.source, reason: reason, time: time,
          revision: revision)
        if let old = entry.refused {
          (refused.time, refused.revision) = (old.time, old.revision)
          if refused != old { (refused.time, refused.revision) = (time, revision) }
        }
        entry.refused = refused
        tags[name] = entry
        return false
      }
    }
    if rule == .prepend {
      entry.events.append(
        Event(
          sequence: entry.nextSequence, image: target.image, pullSpec: target.pullSpec, created: time, moved: revision, revision: revision,
          generation: generation, by: target.by, cause: target.cause, source: target.source))
      entry.nextSequence += 1
    } else {
      let last = entry.events.count - 1
      entry.events[last].image = target.image
      entry.events[last].pullSpec = target.pullSpec
      entry.events[last].generation = generation
      entry.events[last].revision = revision
    }
    entry.condition = nil
    entry.refused = nil
    tags[name] = entry
    return true
  }

  /// Why a move is refused: protections come first, and bind people too; holds bind automation. A hold that lets a move through is over.
  private func refusal(of target: Target, _ entry: inout Entry, _ name: ImageStreamTagName) throws(Refusal) -> Reason? {
    if !entry.events.isEmpty, let rule = protection(of: name) {
      if !target.cause.isAutomatic {
        if rule.kind == .immutable || !target.overridesProtection { throw Refusal(code: .protected) }
      } else {
        return Reason(phrase: "\(rule.kind) by the rule \"\(rule.pattern)\"")
      }
    }
    guard let hold = entry.hold, target.cause.isAutomatic else { return nil }
    switch hold.rule {
    case .pin: return Reason(phrase: "pinned")
    case .skip(let image): if target.image == image { return Reason(phrase: "skips \(image)") }
    case .until(let end): if time < end { return Reason(phrase: "held until \(end)") }
    case .untilNewer(let bound):
      if !Self.isVersion(target.version, newerThan: bound) {
        return Reason(phrase: "newer than \(bound)", detail: target.version ?? "")
      }
    }
    entry.hold = nil
    return nil
  }

  /// Whether three numbers are greater than three others; anything else is no version.
  private static func isVersion(_ version: String?, newerThan bound: String) -> Bool {
    let (left, right) = (version ?? "", bound)
    let numbers = [left, right].map { $0.split(separator: ".").compactMap { Int($0) } }
    return numbers.allSatisfy { $0.count == 3 } && numbers[1].lexicographicallyPrecedes(numbers[0])
  }

  /// The strictest rule about a tag.
  func protection(of name: ImageStreamTagName) -> Protection? {
    let text = Array("\(name.stream.name):\(name.tag)")
    let rules = (protections[name.stream.namespace] ?? []).filter { Self.fits(text[...], Array($0.pattern)[...]) }
    return rules.first { $0.kind == .immutable } ?? rules.first
  }

  private static func fits(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" { return fits(text, pattern.dropFirst()) || !text.isEmpty && fits(text.dropFirst(), pattern) }
    return !text.isEmpty && (first == "?" || first == text.first) && fits(text.dropFirst(), pattern.dropFirst())
  }

  // MARK: Following

  /// A tag has moved: those that follow it do too, as far as holds and protections let them, and so on.
  mutating func moveFollowers(of name: ImageStreamTagName) throws(Refusal) {
    var reached: Set = [name]
    try moveFollowers(of: name, &reached)
  }

  private mutating func moveFollowers(of name: ImageStreamTagName, _ reached: inout Set<ImageStreamTagName>) throws(Refusal) {
    for follower in followers(of: name) where reached.insert(follower).inserted {
      if try follow(name, follower) { try moveFollowers(of: follower, &reached) }
    }
  }

  private mutating func follow(_ source: ImageStreamTagName, _ follower: ImageStreamTagName) throws(Refusal) -> Bool {
    guard let event = tags[source]?.events.last else { return false }
    return try move(
      follower,
      to: Target(
        image: event.image, pullSpec: place(of: event, in: source.stream, for: follower.stream, tags[follower]?.spec),
        source: source.description, cause: .tracking, generation: source.stream == follower.stream ? event.generation : nil, by: event.by))
  }

  /// A tag that follows another one, and was kept from it, does now.
  mutating func catchUp(_ name: ImageStreamTagName) throws(Refusal) {
    guard let source = Self.followed(tags[name]?.spec, in: name.stream) else { return }
    if try follow(source, name) { try moveFollowers(of: name) }
  }

  /// Where a stream pulls what another stream has: an image in the store's own registry through its own repository, openshift.md 3.13.
  func place(of event: Event, in source: ImageStreamName, for stream: ImageStreamName, _ spec: TagSpec?) -> String {
    if let image = event.image, let from = repository(of: source), let own = repository(of: stream), spec?.isReference != true,
      event.pullSpec == "\(from)@\(image)"
    {
      return "\(own)@\(image)"
    }
    return event.pullSpec
  }
}
