extension ImageStreamTagObject {
  /// The request to the stream that a request to create this tag amounts to.
  ///
  /// - Parameter stream: the stream as it is; nil when there is none, and then one is made.
  /// - Throws: `StatusError` 409 when the tag is asked for already; one that has only been pushed is no hindrance.
  public func creating(_ stream: ImageStreamObject?) throws(StatusError) -> ImageStreamObject {
    let (name, tagName) = try ObjectNames.streamAndTag(metadata.name)
    try check()
    var request = stream ?? ImageStreamObject(metadata: ObjectMeta(name: name, namespace: metadata.namespace))
    guard request.specTag(tagName) == nil else { throw .alreadyExists(resource: "imagestreamtags", name: metadata.name) }
    if let tag { request.set(tag, tagName, metadata.annotations) }
    if stream == nil { request.spec.lookupPolicy = lookupPolicy }
    return request
  }

  /// The request to the stream that a request to change this tag amounts to; the tag and the stream are made when they are missing.
  ///
  /// The tag's annotations are replaced by those of the request, so that a request without any wipes them.
  /// - Throws: `StatusError` 409 when the request's resource version is not the stream's, 404 when it has one and there is no stream, 400 when there is
  ///   no tag to change.
  public func updating(_ stream: ImageStreamObject?) throws(StatusError) -> ImageStreamObject {
    let (name, tagName) = try ObjectNames.streamAndTag(metadata.name)
    try check()
    if let stream {
      guard metadata.resourceVersion.isEmpty || metadata.resourceVersion == stream.metadata.resourceVersion else {
        throw .conflict(
          resource: "imagestreamtags", name: metadata.name,
          "another caller has updated the resource version to \(stream.metadata.resourceVersion)")
      }
    } else if !metadata.resourceVersion.isEmpty {
      throw .notFound(resource: "imagestreamtags", name: metadata.name)
    }
    var request = stream ?? ImageStreamObject(metadata: ObjectMeta(name: name, namespace: metadata.namespace))
    guard let reference = tag ?? request.specTag(tagName) else {
      throw .badRequest("imagestreamtag \(metadata.name) is not a spec tag in imagestream \(metadata.namespace)/\(name), cannot be updated")
    }
    request.set(reference, tagName, metadata.annotations)
    return request
  }

  /// A tag's own annotations have no place of their own in the view.
  private func check() throws(StatusError) {
    guard let annotations = tag?.annotations, !annotations.isEmpty, annotations != metadata.annotations else { return }
    throw .invalid(
      kind: Self.kind, name: metadata.name,
      [
        FieldError(
          kind: .invalid, field: "tag.annotations", value: JSONValue.map(annotations).compactJSON,
          detail: "tag annotations must not be provided or must be equal to the object meta annotations")
      ])
  }
}

extension ImageStreamMappingObject {
  /// - Throws: `StatusError` 422 for a mapping that breaks a rule.
  func check() throws(StatusError) {
    var errors: [FieldError] = []
    if metadata.name.isEmpty { errors.append(.required("name")) }
    if metadata.namespace.isEmpty { errors.append(.required("metadata.namespace")) }
    if tag.isEmpty { errors.append(.required("tag")) }
    if image.metadata.name.isEmpty { errors.append(.required("image.metadata.name", "name or generateName is required")) }
    if !errors.isEmpty { throw .invalid(kind: Self.kind, name: metadata.name, errors) }
  }
}

extension ImageStreamObject {
  fileprivate mutating func set(_ reference: TagReference, _ tag: String, _ annotations: [String: String]) {
    var reference = reference
    reference.name = tag
    reference.annotations = annotations
    spec.tags.removeAll { $0.name == tag }
    spec.tags.append(reference)
  }
}
