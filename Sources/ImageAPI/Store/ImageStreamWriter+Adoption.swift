public import ImageStreamDB
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Makes a stream what its object says that it was, with the histories of its tags, its generations and its time: for streams that come from a cluster.
  ///
  /// Nothing is looked up: what the spec names may have stayed behind.
  /// - Throws: `StatusError` 409 when there is a stream of that name, 422 for an object that breaks a rule; `StoreError` as `adopt(_:as:…)` does.
  public mutating func adopt(_ object: ImageStreamObject, by: String = "", because: String = "") throws -> ImageStreamObject {
    let request = object.defaulted().canonical
    let name = try checked(request)
    guard try imageStream(name) == nil else { throw StatusError.alreadyExists(resource: "imagestreams", name: name.name) }
    let errors = request.validationErrors + request.statusErrors
    if !errors.isEmpty { throw StatusError.invalid(kind: ImageStreamObject.kind, name: name.name, errors) }
    var histories: [String: AdoptedHistory] = [:]
    for tag in request.status.tags {
      let events = tag.items.map { item in
        AdoptedHistory.Event(
          image: try? Digest(item.image), pullSpec: item.dockerImageReference, created: item.created?.timestamp ?? time,
          generation: item.generation)
      }
      let failure = tag.conditions.first { $0.type == "ImportSuccess" && $0.status == "False" }.map { condition in
        ImportCondition(
          succeeded: false, reason: condition.reason, message: condition.message, time: condition.lastTransitionTime?.timestamp ?? time,
          revision: nextRevision, generation: condition.generation)
      }
      histories[tag.tag] = AdoptedHistory(events: events, failure: failure)
    }
    try adopt(
      ImageStreamSpec(request, over: [:]), as: name, created: request.metadata.creationTimestamp?.timestamp ?? time,
      generation: request.metadata.generation, histories: histories, by: by, because: because)
    guard let adopted = try imageStreamObject(name) else { throw StatusError.notFound(resource: "imagestreams", name: name.name) }
    return adopted
  }
}

extension ImageStreamObject {
  /// What breaks a rule in the histories.
  fileprivate var statusErrors: [FieldError] {
    status.tags.flatMap { history in
      history.items.enumerated().flatMap { $1.errors(at: "status.tags[\(history.tag)].items[\($0)]") }
    }
  }
}

extension ImageStreamObject.TagEvent {
  fileprivate func errors(at field: String) -> [FieldError] {
    if dockerImageReference.isEmpty { return [.required("\(field).dockerImageReference")] }
    do {
      _ = try DockerImageReference(parsing: dockerImageReference)
    } catch {
      return [.invalid("\(field).dockerImageReference", dockerImageReference, error.reason)]
    }
    if image.isEmpty || (try? Digest(image)) != nil { return [] }
    return [.invalid("\(field).image", image, "it is not a digest")]
  }
}
