internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Points a tag at an image, and makes that what the tag is meant to be. The tag and its stream are made when they are missing.
  ///
  /// A move to the image that it points at already adds no event: it changes nothing, or only where the image is pulled from (OpenShift's rule for status
  /// tags). That event is answered then, with the author and reason that it has. Imports and tracking that the tag had end; its annotations and reference
  /// policy stay.
  ///
  /// - Parameters:
  ///   - by: who moves it, up to 1 KiB.
  ///   - because: why, up to 1 KiB.
  ///   - overridesProtection: whether a tag that is protected is meant, too.
  /// - Throws: `StoreError` with code `notFound` when the target is not there, `invalidArgument` for a reference or pull spec that is not by digest,
  ///   `ambiguous` for a short digest that fits several images, `protected` when a rule forbids the move, `tooLarge` for a note over its limit.
  /// - Complexity: the same whatever the size of the stream and of the history.
  @discardableResult
  public mutating func tag(
    _ name: ImageStreamTagName, as target: TagTarget, by: String = "", because: String = "", overridesProtection: Bool = false
  ) throws -> TagEvent {
    var (move, spec) = try resolve(target, for: name)
    move.by = by
    move.because = because
    move.overridesProtection = overridesProtection
    return try self.move(name, move, meaning: spec)
  }

  /// Points a tag at an image that was pushed: the tag's spec stays, so that the next import may move it again.
  ///
  /// Reference: OpenShift's ImageStreamMapping.
  ///
  /// - Parameter pullSpec: where the image is, by its digest; nil means in the repository that it was imported from, or else the stream's own.
  /// - Throws: `StoreError` with code `notFound` when there is no such stream, `invalidArgument` for a pull spec that is not by digest, `protected`,
  ///   `tooLarge`.
  @discardableResult
  public mutating func push(
    _ image: Digest, pullSpec: String? = nil, to name: ImageStreamTagName, by: String = "", because: String = "",
    overridesProtection: Bool = false
  ) throws -> TagEvent {
    guard try imageStream(name.stream) != nil else { throw StoreError.noStream(name.stream) }
    let repository = try registryHosts().repository(of: name.stream) ?? self.image(image)?.repository ?? name.stream.description
    let place = try pullSpec.map { text throws(StoreError) in try PullSpec.checked(text, for: image) } ?? "\(repository)@\(image)"
    return try move(
      name,
      TagMove(
        image: image, pullSpec: place, source: image.description, cause: .push, by: by, because: because,
        steps: [DecisionStep(.request, image.description, outcome: "pushed")], overridesProtection: overridesProtection),
      meaning: nil)
  }

  /// Moves a tag, gives it a spec if there is one, and takes its followers along; answers its newest event.
  mutating func move(_ name: ImageStreamTagName, _ move: TagMove, meaning spec: TagSpec?) throws -> TagEvent {
    var move = move
    let before = try tagRecord(name)
    var record = before
    if var spec {
      let old = before.hasSpec ? TagSpec(before.spec) : nil
      spec.annotations = old?.annotations ?? [:]
      spec.referencePolicy = old?.referencePolicy ?? .source
      spec.generation = old?.generation
      if old != spec {
        spec.generation = try advanceGeneration(of: name.stream)
        try setSpec(spec, in: &record, of: name)
      }
      move.generation = spec.generation
    }
    _ = try self.move(&record, of: name, move)
    if record != before {
      if !before.hasNewest, spec == nil { try makeImageStream(name.stream) }
      try put(record, name)
      if record.newest != before.newest { try moveFollowers(of: name) }
    }
    return try TagEvent(record.newest, tag: name, in: Keyspace.tag(name))
  }

  /// The move to a target, and the spec that says so.
  mutating func resolve(_ target: TagTarget, for name: ImageStreamTagName) throws -> (TagMove, TagSpec) {
    func move(_ image: Digest?, _ pullSpec: String, _ source: String, _ detail: String) -> TagMove {
      TagMove(
        image: image, pullSpec: pullSpec, source: source, cause: .tag,
        steps: [DecisionStep(.request, source, outcome: "tagged", detail: detail)])
    }
    switch target {
    case .reference(let reference):
      guard let digest = reference.digest else {
        throw StoreError(
          .invalidArgument, "\(reference.spelling) names no digest, so it can change; import it, or give it as \(reference.name)@sha256:…")
      }
      let pullSpec = "\(reference.name)@\(digest)"
      return (move(digest, pullSpec, reference.description, "a reference by digest"), TagSpec(source: .registryImage(pullSpec)))
    case .unresolved(let reference):
      let text = reference.spelling
      return (move(nil, text, text, "a reference that is not looked up"), TagSpec(source: .registryImage(text), isReference: true))
    case .image(let digest, let given):
      guard let image = try image(digest) else { throw StoreError(.notFound, "image \(digest) is not in the store; import it first") }
      let pullSpec = given ?? "\(image.repository ?? name.stream.description)@\(digest)"
      return (
        move(digest, try PullSpec.checked(pullSpec, for: digest), digest.description, "an image of the store"),
        TagSpec(source: .registryImage(pullSpec))
      )
    case .tag(let source):
      let event = try newestEvent(of: source)
      let spec: TagSpec =
        event.image.map { TagSpec(source: .imageStreamImage("\(source.stream.name)@\($0)", namespace: source.namespace(in: name))) }
        ?? TagSpec(source: .registryImage(event.pullSpec), isReference: true)
      let pullSpec = try pullSpec(of: event, for: name.stream, spec)
      return (move(event.image, pullSpec, source.description, "what the tag pointed at"), spec)
    case .following(let source):
      guard source != name else { throw StoreError(.invalidArgument, "tag \(name) cannot follow itself; name another tag") }
      let event = try newestEvent(of: source)
      let text = source.stream == name.stream ? source.tag : "\(source.stream.name):\(source.tag)"
      let spec = TagSpec(
        source: .imageStreamTag(text, namespace: source.namespace(in: name)), follows: source.stream != name.stream)
      return (move(event.image, try pullSpec(of: event, for: name.stream, spec), source.description, "follows the tag from now on"), spec)
    case .streamImage(let source):
      let resolved = try resolve(source)
      let image = resolved.image.map { "\($0)" } ?? "\(source.digest)"
      let namespace = source.stream.namespace == name.stream.namespace ? nil : source.stream.namespace
      let text = "\(source.stream.name)@\(image)"
      let spec = TagSpec(source: .imageStreamImage(text, namespace: namespace))
      let pullSpec = try pullSpec(of: resolved, for: name.stream, spec)
      return (move(resolved.image, pullSpec, "\(source.stream)@\(image)", "an image of the stream"), spec)
    }
  }

  private mutating func newestEvent(of name: ImageStreamTagName) throws -> TagEvent { try resolve(name).event }
}

extension ImageStreamTagName {
  /// The namespace, as a spec of `other` has to name it: nil when it is the same.
  fileprivate func namespace(in other: ImageStreamTagName) -> String? {
    stream.namespace == other.stream.namespace ? nil : stream.namespace
  }
}
