public import MVCC

/// What a cluster does with an image stream that somebody creates or changes, as a function of the objects alone.
///
/// A created stream begins at generation 1 and without status; a changed specification raises the generation; a changed tag gets that generation and,
/// where its image is known without an import, an event. Rules and their words are those of OpenShift's API server.
public struct ImageStreamStrategy: Sendable {
  /// The host of the internal registry, which then serves every stream; nil when there is none.
  public var internalRegistry: String?
  /// The host under which it is known outside.
  public var externalRegistry: String?
  /// The import mode of tags that name none.
  public var importMode = "Legacy"

  /// Finds a stream by namespace and name.
  public typealias StreamLookup = (_ namespace: String, _ name: String) throws -> ImageStreamObject?

  /// A strategy.
  public init(internalRegistry: String? = nil, externalRegistry: String? = nil) {
    self.internalRegistry = internalRegistry
    self.externalRegistry = externalRegistry
  }

  /// The stream that comes of a request to create `request`: without name-giving (uid, resource version, time), which is the store's.
  ///
  /// - Parameters:
  ///   - now: the time of events that begin now.
  ///   - streams: other streams, which tags may name.
  /// - Throws: `StatusError` for an object that a cluster refuses, and what `streams` throws.
  public func created(_ request: ImageStreamObject, now: Timestamp, streams: StreamLookup) throws -> ImageStreamObject {
    try refuseMalformedTimes(request)
    var working = WorkingStream(request.defaulted(importMode: importMode))
    working.stream.metadata.generation = 1
    working.status = [:]
    for tag in working.spec.keys { working.spec[tag]?.generation = 1 }
    return try finish(&working, old: nil, now: now, streams: streams)
  }

  /// The stream that comes of a request to change `old` to `request`.
  ///
  /// - Throws: `StatusError`, with code 409 when the request's resource version or uid is not that of `old`; and what `streams` throws.
  public func updated(
    _ request: ImageStreamObject, from old: ImageStreamObject, now: Timestamp, streams: StreamLookup
  ) throws -> ImageStreamObject {
    try refuseMalformedTimes(request)
    var request = request.defaulted(importMode: importMode)
    request.metadata = try metadata(of: request, from: old)
    request.status.tags = old.status.tags
    var working = WorkingStream(request)
    let before = WorkingStream(old)
    for (tag, reference) in working.spec where reference.generation != 0 {
      if let known = before.spec[tag] { working.spec[tag]?.generation = known.generation }
    }
    let isChanged =
      working.spec != before.spec || request.spec.lookupPolicy != old.spec.lookupPolicy
      || request.spec.dockerImageRepository != old.spec.dockerImageRepository
    working.stream.metadata.generation = isChanged || old.metadata.generation == 0 ? old.metadata.generation + 1 : old.metadata.generation
    for (tag, reference) in working.spec {
      let isNew = before.spec[tag].map { Self.isChanged($0, reference, namespace: old.metadata.namespace) } ?? true
      if isNew || (reference.generation ?? 0) == 0 { working.spec[tag]?.generation = working.stream.metadata.generation }
    }
    return try finish(&working, old: before, now: now, streams: streams)
  }

  /// The stream as it is read: where its images are served is worked out each time.
  public func decorated(_ stream: ImageStreamObject) -> ImageStreamObject {
    var decorated = stream
    let place = { (host: String) in
      DockerImageReference(registry: host, namespace: stream.metadata.namespace, name: stream.metadata.name).description
    }
    decorated.status.dockerImageRepository = internalRegistry.map(place) ?? stream.spec.dockerImageRepository
    decorated.status.publicDockerImageRepository = externalRegistry.map(place) ?? ""
    return decorated
  }

  private func refuseMalformedTimes(_ stream: ImageStreamObject) throws {
    var times = [("metadata.creationTimestamp", stream.metadata.creationTimestamp)]
    for history in stream.status.tags {
      times += history.items.map { ("status.tags[\(history.tag)].items.created", $0.created) }
      times += history.conditions.map { ("status.tags[\(history.tag)].conditions.lastTransitionTime", $0.lastTransitionTime) }
    }
    for (place, time) in times {
      if let reason = time?.refusal { throw StatusError.malformed(kind: "ImageStream", ObjectError(place: place, reason: reason)) }
    }
  }

  private func metadata(of request: ImageStreamObject, from old: ImageStreamObject) throws -> ObjectMeta {
    let name = old.metadata.name
    var metadata = request.metadata
    if metadata.resourceVersion.isEmpty {
      throw StatusError.invalid(
        kind: "ImageStream", name: name,
        [
          FieldError(
            kind: .invalid, field: "metadata.resourceVersion", value: "0", detail: "must be specified for an update")
        ])
    }
    if metadata.resourceVersion != old.metadata.resourceVersion {
      throw StatusError.conflict(
        resource: "imagestreams", name: name,
        "the object has been modified; please apply your changes to the latest version and try again")
    }
    if !metadata.uid.isEmpty, metadata.uid != old.metadata.uid {
      throw StatusError.conflict(
        resource: "imagestreams", name: name,
        "Precondition failed: UID in precondition: \(metadata.uid), UID in object meta: \(old.metadata.uid)")
    }
    metadata.uid = old.metadata.uid
    metadata.creationTimestamp = old.metadata.creationTimestamp
    metadata.generation = old.metadata.generation
    return metadata
  }

  private func finish(
    _ working: inout WorkingStream, old: WorkingStream?, now: Timestamp, streams: StreamLookup
  ) throws -> ImageStreamObject {
    let name = working.stream.metadata.name
    let changes = try observe(&working, old: old, now: ObjectTime(now), streams: streams)
    var errors: [FieldError] = []
    if !changes.isEmpty { errors.append(.internalError("imagestreams \"\(name)\" is invalid: \(changes.aggregated)")) }
    let finished = working.finished
    errors += finished.validationErrors
    if !errors.isEmpty { throw StatusError.invalid(kind: "ImageStream", name: name, errors) }
    return decorated(finished)
  }
}
