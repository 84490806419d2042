extension ImageStreamObject {
  /// Finds an image by the digest that names it.
  public typealias ImageLookup = (_ digest: String) throws -> ImageObject?

  /// The tag with its newest image.
  ///
  /// - Throws: `StatusError` 404 when the tag has no image, or the image is gone; and what `images` throws.
  public func imageStreamTag(_ tag: String, images: ImageLookup) throws -> ImageStreamTagObject {
    let name = ObjectNames.joined(metadata.name, tag)
    guard let event = statusTag(tag)?.items.first, !event.image.isEmpty else {
      throw StatusError.notFound(resource: "imagestreamtags", name: name)
    }
    guard var image = try images(event.image) else { throw StatusError.notFound(resource: "images", name: event.image) }
    image.dockerImageReference = pullSpec(of: event, tag: tag)
    image.dockerImageManifest = ""
    image.dockerImageConfig = ""
    var view = imageStreamTagWithoutImage(tag)
    image.metadata.annotations.merge(view.metadata.annotations) { _, own in own }
    view.image = image
    return view
  }

  /// Every tag that has an image, as lists have them: of the image no more than its name and pull spec.
  public var imageStreamTags: [ImageStreamTagObject] {
    canonical.status.tags.compactMap { history in
      guard let event = history.items.first, !event.image.isEmpty else { return nil }
      var view = imageStreamTagWithoutImage(history.tag)
      var image = ImageObject(metadata: ObjectMeta(name: event.image))
      image.apiVersion = ""
      image.dockerImageReference = pullSpec(of: event, tag: history.tag)
      view.image = image
      return view
    }
  }

  private func imageStreamTagWithoutImage(_ tag: String) -> ImageStreamTagObject {
    let history = statusTag(tag)
    var view = ImageStreamTagObject(metadata: viewMetadata(ObjectNames.joined(metadata.name, tag)))
    view.metadata.creationTimestamp = history?.items.first?.created
    view.metadata.labels = metadata.labels
    view.tag = specTag(tag)
    view.metadata.annotations = view.tag?.annotations ?? [:]
    view.generation = history?.items.first?.generation ?? 0
    view.lookupPolicy = spec.lookupPolicy
    view.conditions = history?.conditions ?? []
    return view
  }

  /// The tag as it is asked for and as it is, whether or not it has an image.
  ///
  /// - Throws: `StatusError` 404 when nothing is asked of the tag and it never was anything; and what `images` throws.
  public func imageTag(_ tag: String, images: ImageLookup) throws -> ImageTagObject {
    let name = ObjectNames.joined(metadata.name, tag)
    var view = ImageTagObject(metadata: viewMetadata(name))
    view.spec = specTag(tag)
    view.status = statusTag(tag)
    guard view.spec != nil || view.status != nil else { throw StatusError.notFound(resource: "imagetags", name: name) }
    view.metadata.creationTimestamp = view.status?.items.first?.created ?? metadata.creationTimestamp
    view.metadata.annotations = metadata.annotations
    view.metadata.labels = metadata.labels
    if let event = view.status?.items.first, !event.image.isEmpty, var image = try images(event.image) {
      image.dockerImageReference = pullSpec(of: event, tag: tag)
      image.dockerImageManifest = ""
      image.dockerImageConfig = ""
      view.image = image
    }
    return view
  }

  /// Every tag that is asked for or has been something, by name.
  public var imageTagNames: [String] { Set(spec.tags.map(\.name) + status.tags.map(\.tag)).sorted() }

  /// An image that the stream has or had, by its digest or the beginning of one.
  ///
  /// A beginning that fits several images is a conflict here; a cluster answers with any of them.
  /// - Throws: `StatusError` 404 when no tag's history has it or it is gone, 409 when several fit; and what `images` throws.
  public func imageStreamImage(_ digest: String, images: ImageLookup) throws -> ImageStreamImageObject {
    let name = "\(metadata.name)@\(digest)"
    let found = Set(status.tags.flatMap(\.items).map(\.image).filter { !$0.isEmpty && Self.matches(image: $0, id: digest) })
    guard found.count <= 1 || found.contains(digest) else {
      throw StatusError.conflict(
        resource: "imagestreamimages", name: name,
        "multiple images match the prefix \"\(digest)\": \(found.sorted().joined(separator: ", "))")
    }
    guard let match = found.contains(digest) ? digest : found.first else {
      throw StatusError.notFound(resource: "imagestreamimages", name: name)
    }
    guard var image = try images(match) else { throw StatusError.notFound(resource: "images", name: match) }
    image.dockerImageManifest = ""
    image.dockerImageConfig = ""
    var view = ImageStreamImageObject(metadata: viewMetadata(name), image: image)
    view.metadata.creationTimestamp = image.metadata.creationTimestamp
    view.metadata.annotations = metadata.annotations
    view.metadata.labels = metadata.labels
    return view
  }

  /// Whether `id` is a beginning of the image's digest, with or without the algorithm.
  private static func matches(image: String, id: String) -> Bool {
    if image.hasPrefix(id) { return true }
    guard DockerImageReferenceGrammar.digestRefusal(image) == nil, let colon = image.firstIndex(of: ":") else { return false }
    return image[image.index(after: colon)...].hasPrefix(id)
  }

  private func viewMetadata(_ name: String) -> ObjectMeta {
    var view = ObjectMeta(name: name, namespace: metadata.namespace)
    view.uid = metadata.uid
    view.resourceVersion = metadata.resourceVersion
    return view
  }
}
