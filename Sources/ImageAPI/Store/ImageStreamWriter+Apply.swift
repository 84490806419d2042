public import ImageStreamDB
internal import MVCC
internal import OCI

/// What applying an object did.
public struct AppliedObject: Hashable, Sendable {
  /// What it did.
  public enum Outcome: String, Hashable, Sendable {
    case created
    case configured
    case unchanged
  }

  /// The object's kind, in lower case, and its name with the namespace, such as `imagestream shop/web`.
  public let name: String
  /// What it did.
  public let outcome: Outcome
}

extension ImageStreamWriter {
  /// Makes what an object names what the object says, whether it is there or not.
  ///
  /// An object's resource version counts only together with this store's uid: then it was read here, and a change since then is a conflict. An object of
  /// another cluster or from a file is a wish without a condition.
  ///
  /// - Parameter adoptsStatus: whether a stream that is not here yet gets the histories that its object has, too; see `adopt(_:by:because:)`.
  /// - Throws: `StatusError` for an object that breaks a rule, conflicts, or is of a kind that is an answer only; `StoreError` as the store does.
  public mutating func apply(
    _ object: AnyAPIObject, adoptsStatus: Bool = false, by: String = "", because: String = ""
  ) throws -> AppliedObject {
    let metadata = object.object.metadata
    let outcome: AppliedObject.Outcome =
      switch object {
      case .imageStream(let stream) where adoptsStatus: try adopted(stream, by: by, because: because)
      case .imageStream(let stream): try apply(stream, by: by, because: because)
      case .imageStreamTag(let tag): try apply(tag.withLocalVersionOnly(try tagStream(tag.metadata)), by: by, because: because)
      case .imageStreamMapping(let mapping): try push(mapping, by: by, because: because)
      case .image(let image): try add(image)
      case .imageStreamImage, .imageStreamImport, .imageStreamLayers, .imageTag:
        throw StatusError.badRequest(
          "\(object.kind) \(metadata.name) cannot be applied; apply an ImageStream, an ImageStreamTag, an ImageStreamMapping or an Image")
      }
    let name = metadata.namespace.isEmpty ? metadata.name : "\(metadata.namespace)/\(metadata.name)"
    return AppliedObject(name: "\(object.kind.lowercased()) \(name)", outcome: outcome)
  }

  private mutating func adopted(_ stream: ImageStreamObject, by: String, because: String) throws -> AppliedObject.Outcome {
    _ = try adopt(stream, by: by, because: because)
    return .created
  }

  private mutating func apply(_ stream: ImageStreamObject, by: String, because: String) throws -> AppliedObject.Outcome {
    let name = try? ImageStreamName("\(stream.metadata.namespace)/\(stream.metadata.name)")
    guard let name, let old = try imageStreamObject(name, historyLimit: 1) else {
      _ = try create(stream, by: by, because: because)
      return .created
    }
    var request = stream
    if request.metadata.uid != old.metadata.uid || request.metadata.resourceVersion.isEmpty {
      request.metadata.uid = ""
      request.metadata.resourceVersion = old.metadata.resourceVersion
    }
    let new = try update(request, by: by, because: because)
    return new.metadata == old.metadata && new.spec == old.spec ? .unchanged : .configured
  }

  /// The stream of a tag's object as it is.
  private mutating func tagStream(_ metadata: ObjectMeta) throws -> ImageStreamObject? {
    let (stream, _) = try ObjectNames.streamAndTag(metadata.name)
    guard let name = try? ImageStreamName("\(metadata.namespace)/\(stream)") else { return nil }
    return try imageStreamObject(name, historyLimit: 1)
  }

  /// Makes one tag what its object says, and the stream and the tag when they are missing: OpenShift's PUT of an image stream tag.
  private mutating func apply(_ tag: ImageStreamTagObject, by: String, because: String) throws -> AppliedObject.Outcome {
    let (_, tagName) = try ObjectNames.streamAndTag(tag.metadata.name)
    let old = try tagStream(tag.metadata)
    let request = try tag.updating(old)
    let new = try old == nil ? create(request, by: by, because: because) : update(request, by: by, because: because)
    guard let old, old.specTag(tagName) != nil else { return .created }
    return new.spec == old.spec ? .unchanged : .configured
  }

  /// Notes a push: OpenShift's ImageStreamMapping. The stream has to be there; the image's metadata is taken when it came with its manifest.
  private mutating func push(_ mapping: ImageStreamMappingObject, by: String, because: String) throws -> AppliedObject.Outcome {
    try mapping.check()
    let stream = try ImageStreamName("\(mapping.metadata.namespace)/\(mapping.metadata.name)")
    guard try imageStream(stream) != nil else { throw StatusError.notFound(resource: "imagestreams", name: stream.name) }
    let name = try ImageStreamTagName(stream: stream, tag: mapping.tag)
    let digest: Digest
    do { digest = try Digest(mapping.image.metadata.name) } catch { throw StoreError(error) }
    if !mapping.image.dockerImageManifest.isEmpty { _ = try add(mapping.image) }
    let before = try self.tag(name)
    let reference = mapping.image.dockerImageReference
    try push(digest, pullSpec: reference.isEmpty ? nil : reference, to: name, by: by, because: because)
    guard let before else { return .created }
    return try self.tag(name) == before ? .unchanged : .configured
  }

  /// Adds an image that came with its manifest and configuration. Images are immutable: one that is there stays as it is.
  private mutating func add(_ object: ImageObject) throws -> AppliedObject.Outcome {
    let name = object.metadata.name
    let digest: Digest
    do { digest = try Digest(name) } catch { throw StoreError(error) }
    if try image(digest) != nil { return .unchanged }
    guard !object.dockerImageManifest.isEmpty else {
      throw StatusError.invalid(
        kind: ImageObject.kind, name: name, [.required("dockerImageManifest", "an image without its manifest cannot be checked; import it")]
      )
    }
    let configuration = object.dockerImageConfig.isEmpty ? nil : Array(object.dockerImageConfig.utf8)
    let mediaType = object.dockerImageManifestMediaType.isEmpty ? nil : MediaType(object.dockerImageManifestMediaType)
    let content = try ImageContent(
      manifest: Array(object.dockerImageManifest.utf8), mediaType: mediaType, configuration: configuration, expected: digest)
    let reference = try? Reference(object.dockerImageReference)
    return try add(content, repository: reference?.name) > 0 ? .created : .unchanged
  }
}

extension ImageStreamTagObject {
  /// The tag, its resource version only when it was read of this very stream.
  func withLocalVersionOnly(_ stream: ImageStreamObject?) -> ImageStreamTagObject {
    var tag = self
    if stream == nil || metadata.uid != stream?.metadata.uid { tag.metadata.resourceVersion = "" }
    return tag
  }
}
