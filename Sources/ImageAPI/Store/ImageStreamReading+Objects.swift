public import ImageStreamDB
internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// A stream as an object, with its tags and their histories; nil when there is none.
  ///
  /// Its resource version is the revision of the last change of the stream or of any of its tags.
  /// - Parameter historyLimit: the most events of each tag, newest first; 0 means all.
  /// - Complexity: O(tags and events of the stream).
  public mutating func imageStreamObject(_ name: ImageStreamName, historyLimit: Int = 0) throws -> ImageStreamObject? {
    guard let stream = try imageStream(name) else { return nil }
    let tags = try tags(in: .stream(name)).elements
    var revision = stream.modRevision
    var object = ImageStreamObject(metadata: ObjectMeta())
    for tag in tags {
      revision = max(revision, tag.modRevision)
      if let spec = tag.spec { object.spec.tags.append(spec.object(named: tag.name.tag)) }
      var history = ImageStreamObject.NamedTagEventList(tag: tag.name.tag)
      if tag.eventCount > 0 {
        history.items = try self.history(of: tag.name, limit: historyLimit).map { ImageStreamObject.TagEvent($0) }
      }
      if let condition = tag.importCondition, !condition.succeeded { history.conditions = [ImageStreamObject.TagEventCondition(condition)] }
      if !history.items.isEmpty || !history.conditions.isEmpty { object.status.tags.append(history) }
    }
    object.metadata = ObjectMeta(stream, revision: revision)
    object.spec.lookupPolicy.local = stream.usesLocalLookup
    object.spec.dockerImageRepository = stream.repository ?? ""
    let hosts = try registryHosts()
    object.status.dockerImageRepository = hosts.repository(of: name) ?? object.spec.dockerImageRepository
    object.status.publicDockerImageRepository = hosts.publicRepository(of: name) ?? ""
    return object
  }
}

extension ImageStreamObject.TagEvent {
  init(_ event: TagEvent) {
    self.init(
      created: ObjectTime(event.created), dockerImageReference: event.pullSpec, image: event.image.map { "\($0)" } ?? "",
      generation: event.generation)
  }
}

extension ImageStreamObject.TagEventCondition {
  init(_ condition: ImportCondition) {
    self.init(
      reason: condition.reason, message: condition.message, lastTransitionTime: ObjectTime(condition.time), generation: condition.generation
    )
  }
}
