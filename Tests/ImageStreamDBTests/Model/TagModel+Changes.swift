@testable import ImageStreamDB

extension TagModel {
  /// What a change does, or why it is refused.
  mutating func apply(_ change: ModelChange) throws(Refusal) {
    switch change {
    case .tag(let name, let target, let by, let overrides): try tag(name, target, by, overrides)
    case .push(let name, let image, let pullSpec, let by):
      guard streams[name.stream] != nil else { throw Refusal(code: .notFound) }
      let repository = repository(of: name.stream) ?? imported[image] ?? name.stream.description
      let target = Target(
        image: image, pullSpec: pullSpec ?? "\(repository)@\(image)", source: image.description, cause: .push, by: by)
      if try move(name, to: target) { try moveFollowers(of: name) }
    case .importFound(let name, let content, let place, let source): try importFound(name, content.digest, place, source)
    case .importFailed(let name, let reason, let source): importFailed(name, reason, source)
    case .rollback(let name, let target, let hold, let by, let overrides): try rollBack(name, target, hold, by, overrides)
    case .hold(let name, let rule, let by):
      guard tags[name] != nil else { throw Refusal(code: .notFound) }
      setHold(name, rule, by)
    case .release(let name): try release(name)
    case .releaseDue(let limit):
      var released = 0
      for (name, _) in tags.sorted(by: { $0.key < $1.key }) where released < limit {
        guard case .until(let end)? = tags[name]?.hold?.rule, end <= time else { continue }
        try release(name)
        released += 1
      }
    case .protect(let pattern, let namespace, let kind, let by):
      protections[namespace, default: []].removeAll { $0.pattern == pattern }
      protections[namespace, default: []].append(Protection(pattern: pattern, kind: kind, by: by))
    case .unprotect(let pattern, let namespace):
      guard protections[namespace]?.contains(where: { $0.pattern == pattern }) == true else { throw Refusal(code: .notFound) }
      protections[namespace]?.removeAll { $0.pattern == pattern }
      if protections[namespace]?.isEmpty == true { protections[namespace] = nil }
    case .apply(let name, let spec): try apply(spec, to: name)
    case .removeSpec(let name):
      guard tags[name]?.spec != nil else { throw Refusal(code: .notFound) }
      advance(name.stream)
      setSpec(nil, of: name)
    case .untag(let name, let overrides):
      guard let entry = tags[name] else { throw Refusal(code: .notFound) }
      if !entry.events.isEmpty, let rule = protection(of: name), rule.kind == .immutable || !overrides { throw Refusal(code: .protected) }
      tags[name] = nil
      if entry.spec != nil { advance(name.stream) }
    case .trim(let name, let count):
      guard let events = tags[name]?.events else { return }
      tags[name]?.events.removeFirst(max(0, events.count - max(1, count)))
    case .annotate(let name, let annotations, let usesLocalLookup):
      var stream = streams[name] ?? Stream(created: time)
      if let annotations { stream.annotations = annotations }
      if streams[name] != nil, stream.usesLocalLookup != usesLocalLookup { stream.generation += 1 }
      stream.usesLocalLookup = usesLocalLookup
      streams[name] = stream
    case .makeStream(let name): streams[name] = streams[name] ?? Stream(created: time)
    case .removeStream(let name):
      guard streams[name] != nil else { throw Refusal(code: .notFound) }
      guard !tags.keys.contains(where: { $0.stream == name }) else { throw Refusal(code: .conflict) }
      streams[name] = nil
    case .undelete(let name):
      if tags[name] != nil { throw Refusal(code: .alreadyExists) }
      guard let entry = removed[name] else { throw Refusal(code: .notFound) }
      if let spec = entry.spec {
        var stream = streams[name.stream] ?? Stream(created: time)
        stream.generation = max(stream.generation + 1, spec.generation ?? 0)
        streams[name.stream] = stream
      } else if streams[name.stream] == nil {
        streams[name.stream] = Stream(created: time)
      }
      tags[name] = entry
    }
  }

  /// After a write: what was there before it and is not now can be brought back.
  mutating func noteRemovals(since before: TagModel) {
    for (name, entry) in before.tags where tags[name] == nil { removed[name] = entry }
  }

  // MARK: Tags

  private mutating func tag(_ name: ImageStreamTagName, _ wanted: TagTarget, _ by: String, _ overrides: Bool) throws(Refusal) {
    var (target, spec) = try resolve(wanted, for: name)
    target.by = by
    target.overridesProtection = overrides
    let old = tags[name]?.spec
    spec.annotations = old?.annotations ?? [:]
    spec.referencePolicy = old?.referencePolicy ?? .source
    spec.generation = old?.generation
    if spec != old {
      spec.generation = advance(name.stream)
      tags[name, default: Entry()].spec = spec
    }
    target.generation = spec.generation
    if try move(name, to: target) { try moveFollowers(of: name) }
  }

  /// What is asked for, and the spec that says so.
  private func resolve(_ wanted: TagTarget, for name: ImageStreamTagName) throws(Refusal) -> (Target, TagSpec) {
    func namespace(_ stream: ImageStreamName) -> String? { stream.namespace == name.stream.namespace ? nil : stream.namespace }
    switch wanted {
    case .reference(let reference):
      guard let digest = reference.digest else { throw Refusal(code: .invalidArgument) }
      let place = "\(reference.name)@\(digest)"
      return (Target(image: digest, pullSpec: place, source: "\(reference)", cause: .tag), TagSpec(source: .registryImage(place)))
    case .unresolved(let reference):
      let text = reference.spelling
      return (Target(pullSpec: text, source: text, cause: .tag), TagSpec(source: .registryImage(text), isReference: true))
    case .image(let digest, let place):
      guard let repository = imported[digest] else { throw Refusal(code: .notFound) }
      let place = place ?? "\(repository)@\(digest)"
      return (Target(image: digest, pullSpec: place, source: "\(digest)", cause: .tag), TagSpec(source: .registryImage(place)))
    case .tag(let source):
      guard let event = tags[source]?.events.last else { throw Refusal(code: .notFound) }
      var spec = TagSpec(source: .registryImage(event.pullSpec), isReference: true)
      if let image = event.image {
        spec = TagSpec(source: .imageStreamImage("\(source.stream.name)@\(image)", namespace: namespace(source.stream)))
      }
      let place = place(of: event, in: source.stream, for: name.stream, spec)
      return (Target(image: event.image, pullSpec: place, source: "\(source)", cause: .tag), spec)
    case .following(let source):
      if source == name { throw Refusal(code: .invalidArgument) }
      guard let event = tags[source]?.events.last else { throw Refusal(code: .notFound) }
      let isSame = source.stream == name.stream
      let spec = TagSpec(
        source: .imageStreamTag(isSame ? source.tag : "\(source.stream.name):\(source.tag)", namespace: namespace(source.stream)),
        follows: !isSame)
      let place = place(of: event, in: source.stream, for: name.stream, spec)
      return (Target(image: event.image, pullSpec: place, source: "\(source)", cause: .tag), spec)
    case .streamImage(let source):
      let event = try event(of: source)
      let image = event.image.map { "\($0)" } ?? ""
      let spec = TagSpec(source: .imageStreamImage("\(source.stream.name)@\(image)", namespace: namespace(source.stream)))
      let place = place(of: event, in: source.stream, for: name.stream, spec)
      return (Target(image: event.image, pullSpec: place, source: "\(source.stream)@\(image)", cause: .tag), spec)
    }
  }

  /// A spec that is gone leaves a tag only where something else is left of it.
  mutating func setSpec(_ spec: TagSpec?, of name: ImageStreamTagName) {
    tags[name, default: Entry()].spec = spec
    if tags[name]?.isEmpty == true { tags[name] = nil }
  }

  // MARK: Imports

  private mutating func importFound(
    _ name: ImageStreamTagName, _ image: Digest, _ place: String, _ source: ImportSource
  ) throws(Refusal) {
    let entry = tags[name] ?? Entry()
    let old = entry.spec
    var spec = TagSpec(
      source: .registryImage(source.reference), annotations: old?.annotations ?? [:], isInsecure: source.isInsecure,
      isScheduled: source.isScheduled, importMode: source.mode, referencePolicy: old?.referencePolicy ?? source.referencePolicy,
      generation: old?.generation)
    let isElsewhere = entry.events.last?.image != image || entry.events.last?.pullSpec != place
    let isNewWork = old == nil || old?.source != spec.source || old?.isReference != spec.isReference || old?.importMode != spec.importMode
    if isNewWork || isElsewhere && entry.refused == nil {
      spec.generation = advance(name.stream)
    } else if spec != old {
      advance(name.stream)
    }
    tags[name, default: Entry()].spec = spec
    let version = source.reference.split(separator: ":").last.map(String.init)
    let isMoved = try move(
      name,
      to: Target(
        image: image, pullSpec: place, source: source.reference, cause: .import, generation: spec.generation, by: "", version: version))
    note(name, ImportCondition(succeeded: true, reason: "", message: "", time: time, revision: revision, generation: spec.generation ?? 1))
    if isMoved { try moveFollowers(of: name) }
  }

  private mutating func importFailed(_ name: ImageStreamTagName, _ reason: String, _ source: ImportSource) {
    if let old = tags[name]?.condition, !old.succeeded, old.reason == reason, old.message == reason { return }
    let generation = advance(name.stream)
    var spec =
      tags[name]?.spec
      ?? TagSpec(
        source: .registryImage(source.reference), isInsecure: source.isInsecure, isScheduled: source.isScheduled, importMode: source.mode,
        referencePolicy: source.referencePolicy)
    spec.generation = generation
    tags[name, default: Entry()].spec = spec
    note(
      name, ImportCondition(succeeded: false, reason: reason, message: reason, time: time, revision: revision, generation: generation))
  }

  /// The same outcome is not noted again.
  private mutating func note(_ name: ImageStreamTagName, _ condition: ImportCondition) {
    if let old = tags[name]?.condition, old.succeeded == condition.succeeded, old.message == condition.message,
      old.generation == condition.generation
    {
      return
    }
    tags[name]?.condition = condition
  }

  // MARK: Holds

  mutating func setHold(_ name: ImageStreamTagName, _ rule: Hold.Rule, _ by: String) {
    tags[name]?.hold = Hold(rule: rule, by: by, because: "", created: time, revision: revision)
  }

  private mutating func release(_ name: ImageStreamTagName) throws(Refusal) {
    guard tags[name]?.hold != nil else { throw Refusal(code: .notFound) }
    tags[name]?.hold = nil
    tags[name]?.refused = nil
    try catchUp(name)
  }
}
