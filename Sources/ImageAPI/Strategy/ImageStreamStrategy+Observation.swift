extension ImageStreamStrategy {
  /// Whether a tag asks for something else now. Kind, annotations and most policies do not count, as in a cluster.
  static func isChanged(
    _ old: ImageStreamObject.TagReference, _ next: ImageStreamObject.TagReference, namespace: String
  ) -> Bool {
    guard let from = next.from, !from.kind.isEmpty || !from.name.isEmpty else { return false }
    let effective = { (reference: ObjectReference?) in reference.map(\.namespace).flatMap { $0.isEmpty ? nil : $0 } ?? namespace }
    if effective(old.from) != effective(from) || (old.from?.name ?? "") != from.name || old.reference != next.reference { return true }
    if old.importPolicy.importMode != next.importPolicy.importMode { return true }
    guard let before = old.generation, let after = next.generation else { return false }
    return before != after && after == 0
  }

  /// Gives new and changed tags the images that are known without an import.
  /// - Returns: what is wrong with the places that tags name.
  func observe(
    _ working: inout WorkingStream, old: WorkingStream?, now: ObjectTime, streams: StreamLookup
  ) throws -> [FieldError] {
    var errors: [FieldError] = []
    let stream = working.stream
    for tag in working.spec.keys.sorted() {
      guard var reference = working.spec[tag], let from = reference.from else { continue }
      if let known = old?.spec[tag], !Self.isChanged(known, reference, namespace: stream.metadata.namespace) { continue }
      reference.generation = stream.metadata.generation
      let field = "spec.tags[\(tag)].from.name"
      if from.kind == "DockerImage", !from.name.isEmpty {
        if reference.reference {
          working.spec[tag] = reference
          working.add(event(created: now, from.name, image: "", stream.metadata.generation), to: tag)
        }
        continue
      }
      guard let (sourceName, target) = Self.source(of: from, in: stream) else {
        errors.append(.invalid(field, from.name, "must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>"))
        continue
      }
      let sourceNamespace = from.namespace.isEmpty ? stream.metadata.namespace : from.namespace
      let isSame = sourceNamespace == stream.metadata.namespace && sourceName == stream.metadata.name
      let source: WorkingStream
      if isSame {
        source = working
      } else if let other = try streams(sourceNamespace, sourceName) {
        source = WorkingStream(other)
      } else {
        errors.append(.notFound(field, from.name))
        continue
      }
      do {
        guard var event = try Self.event(of: target, from.kind, in: source, now: now) else { continue }
        event.generation = stream.metadata.generation
        // A cluster hands out the very item of its own stream, so that its generation moves as well.
        if isSame, from.kind == "ImageStreamTag" { working.status[target]?.items[0].generation = event.generation }
        if !reference.reference { event.dockerImageReference = moved(event.dockerImageReference, from: source.stream, to: stream) }
        working.spec[tag] = reference
        working.add(event, to: tag)
      } catch {
        errors.append(.invalid(field, from.name, "error generating tag event: \(error.reason)"))
      }
    }
    working.updateTrackers(since: old)
    return errors
  }

  private func event(created: ObjectTime, _ reference: String, image: String, _ generation: Int64) -> ImageStreamObject.TagEvent {
    ImageStreamObject.TagEvent(created: created, dockerImageReference: reference, image: image, generation: generation)
  }

  /// The stream and the tag or digest that `from` names; nil when it names none.
  private static func source(of from: ObjectReference, in stream: ImageStreamObject) -> (stream: String, target: String)? {
    let separator: Character
    switch from.kind {
    case "ImageStreamTag": separator = ":"
    case "ImageStreamImage": separator = "@"
    default: return nil
    }
    let parts = from.name.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return (stream.metadata.name, from.name)
    case 2: return (parts[0], parts[1])
    default: return nil
    }
  }

  private static func event(
    of target: String, _ kind: String, in source: WorkingStream, now: ObjectTime
  ) throws(ObjectError) -> ImageStreamObject.TagEvent? {
    if kind == "ImageStreamImage" { return try source.event(ofImage: target, now: now) }
    return source.status[target.isEmpty ? "latest" : target]?.items.first
  }

  /// A pull spec of the internal registry, moved to the stream that will be asked for it, so that its readers may pull.
  private func moved(_ pullSpec: String, from source: ImageStreamObject, to stream: ImageStreamObject) -> String {
    guard let internalRegistry, var reference = try? DockerImageReference(parsing: pullSpec), reference.registry == internalRegistry,
      reference.namespace == source.metadata.namespace, reference.name == source.metadata.name
    else { return pullSpec }
    reference.namespace = stream.metadata.namespace
    reference.name = stream.metadata.name
    return reference.exact
  }
}
