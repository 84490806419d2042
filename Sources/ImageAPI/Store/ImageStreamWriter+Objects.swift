public import ImageStreamDB
internal import MVCC

extension ImageStreamWriter {
  /// Makes a stream that is not there; answers it as it is then. What the object says of its status, identity and times does not count.
  ///
  /// - Throws: `StatusError` 409 when there is a stream of that name, 422 for an object that breaks a rule; `StoreError` as `apply(_:to:)` does.
  public mutating func create(_ object: ImageStreamObject, by: String = "", because: String = "") throws -> ImageStreamObject {
    let request = object.defaulted()
    let name = try checked(request)
    guard try imageStream(name) == nil else { throw StatusError.alreadyExists(resource: "imagestreams", name: name.name) }
    return try store(request, name, by: by, because: because)
  }

  /// Makes a stream what the object says; answers it as it is then. The object has to be of the stream's present state, by its resource version.
  ///
  /// - Throws: `StatusError` 404 when there is no such stream, 409 when its resource version or uid is another one, 422 for an object that breaks a rule;
  ///   `StoreError` as `apply(_:to:)` does.
  public mutating func update(_ object: ImageStreamObject, by: String = "", because: String = "") throws -> ImageStreamObject {
    let request = object.defaulted()
    let name = try checked(request)
    guard let old = try imageStreamObject(name, historyLimit: 1) else {
      throw StatusError.notFound(resource: "imagestreams", name: name.name)
    }
    try request.metadata.check(against: old.metadata)
    return try store(request, name, by: by, because: because)
  }

  /// The stream's name, when the object breaks no rule that can be seen in it alone.
  func checked(_ request: ImageStreamObject) throws -> ImageStreamName {
    if let error = request.malformedTime { throw StatusError.malformed(kind: ImageStreamObject.kind, error) }
    guard let name = try? ImageStreamName("\(request.metadata.namespace)/\(request.metadata.name)") else {
      throw StatusError.invalid(kind: ImageStreamObject.kind, name: request.metadata.name, request.validationErrors)
    }
    return name
  }

  private mutating func store(_ request: ImageStreamObject, _ name: ImageStreamName, by: String, because: String) throws
    -> ImageStreamObject
  {
    var stored: [String: TagSpec] = [:]
    for tag in try tags(in: .stream(name)).elements { stored[tag.name.tag] = tag.spec }
    let spec = ImageStreamSpec(request.canonical, over: stored)
    var errors: [FieldError] = []
    let sourceErrors = try self.sourceErrors(request.canonical, spec, over: stored, name)
    if !sourceErrors.isEmpty { errors.append(.internalError("imagestreams \"\(name.name)\" is invalid: \(sourceErrors.aggregated)")) }
    errors += request.validationErrors
    if !errors.isEmpty { throw StatusError.invalid(kind: ImageStreamObject.kind, name: name.name, errors) }
    try apply(spec, to: name, by: by, because: because)
    guard let object = try imageStreamObject(name) else { throw StatusError.notFound(resource: "imagestreams", name: name.name) }
    return object
  }

  /// What is wrong with the tags and images that new or changed tags are made from.
  private mutating func sourceErrors(
    _ request: ImageStreamObject, _ spec: ImageStreamSpec, over stored: [String: TagSpec], _ name: ImageStreamName
  ) throws -> [FieldError] {
    var errors: [FieldError] = []
    for tag in request.spec.tags {
      guard let from = tag.from, let spec = spec.tags[tag.name], spec.asksForWork(after: stored[tag.name], in: name) else { continue }
      let field = "spec.tags[\(tag.name)].from.name"
      let form = FieldError.invalid(field, from.name, "must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>")
      // A cluster looks for a stream in whatever names neither a registry's image nor, here, a layout.
      if from.name.isEmpty || spec.source == nil { errors.append(form) }
      do {
        if let followed = try spec.source?.tag(in: name), followed.stream != name, try imageStream(followed.stream) == nil {
          errors.append(.notFound(field, from.name))
        }
        if let image = try spec.source?.image(in: name) {
          if image.stream != name, try imageStream(image.stream) == nil {
            errors.append(.notFound(field, from.name))
          } else {
            _ = try resolve(image)
          }
        }
      } catch let error as StoreError {
        switch error.code {
        case .notFound, .ambiguous: errors.append(.invalid(field, from.name, "error generating tag event: \(error.message)"))
        // A stream whose name can be none is not there; anything else cannot be read as a name at all.
        case .invalidArgument: errors.append(from.hasStreamAndRest ? .notFound(field, from.name) : form)
        default: throw error
        }
      }
    }
    return errors
  }
}

extension ObjectReference {
  /// Whether the name has two parts: a stream, and a tag or digest.
  fileprivate var hasStreamAndRest: Bool {
    let parts = name.split(separator: kind == "ImageStreamTag" ? ":" : "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }
}

extension ImageStreamSpec {
  /// What a valid, defaulted object says.
  init(_ object: ImageStreamObject, over stored: [String: TagSpec]) {
    let tags = object.spec.tags.map { ($0.name, TagSpec($0, over: stored[$0.name])) }
    self.init(
      labels: object.metadata.labels, annotations: object.metadata.annotations, usesLocalLookup: object.spec.lookupPolicy.local,
      repository: object.spec.dockerImageRepository.isEmpty ? nil : object.spec.dockerImageRepository,
      tags: Dictionary(tags) { _, last in last }, metadata: object.metadata.kept)
  }
}

extension ObjectMeta {
  /// - Throws: `StatusError` when the metadata is not of the same object in the same state as `stored`.
  func check(against stored: ObjectMeta) throws(StatusError) {
    if resourceVersion.isEmpty {
      throw .invalid(
        kind: ImageStreamObject.kind, name: name,
        [FieldError(kind: .invalid, field: "metadata.resourceVersion", value: "0", detail: "must be specified for an update")])
    }
    if resourceVersion != stored.resourceVersion {
      throw .conflict(
        resource: "imagestreams", name: name,
        "the object has been modified; please apply your changes to the latest version and try again")
    }
    if !uid.isEmpty, uid != stored.uid {
      throw .conflict(
        resource: "imagestreams", name: name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(stored.uid)")
    }
  }
}
