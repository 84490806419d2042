internal import ImageStreamDB

// How a tag of a stream's object and the store's spec of a tag say the same. Two things that the store knows and the API does not travel in forms that a
// cluster passes by: a source in a layout is a `from` of the kind OCILayout, and following a tag of another stream an annotation.

extension TagSpec {
  /// The annotation of a tag that follows a tag of another stream: `true`.
  static let followAnnotation = "imagestreamdb/follow"

  /// The kind of a source in a layout, which the API does not have.
  static let layoutKind = "OCILayout"

  /// What a valid, defaulted object says.
  /// - Parameter stored: the tag's present spec. A mode that was never chosen stays so when the object has what the API shows for it.
  init(_ object: ImageStreamObject.TagReference, over stored: TagSpec?) {
    var annotations = object.annotations
    let follows = annotations.removeValue(forKey: Self.followAnnotation) == "true"
    var importMode = ImportMode(rawValue: object.importPolicy.importMode)
    if let stored, stored.importMode == nil, importMode == Self.unchosenImportMode { importMode = nil }
    self.init(
      source: object.from.flatMap { TagSource($0) }, annotations: annotations, isReference: object.reference,
      isInsecure: object.importPolicy.insecure, isScheduled: object.importPolicy.scheduled, importMode: importMode,
      referencePolicy: ReferencePolicy(rawValue: object.referencePolicy.type) ?? .source, follows: follows, generation: object.generation)
  }

  /// What importers do when nothing was chosen.
  private static let unchosenImportMode = ImportMode.preserveOriginal

  /// The spec as the tag of an object.
  func object(named name: String) -> ImageStreamObject.TagReference {
    var object = ImageStreamObject.TagReference(name: name, from: source?.object)
    object.annotations = annotations
    if follows { object.annotations[Self.followAnnotation] = "true" }
    object.reference = isReference
    object.generation = generation
    object.importPolicy.insecure = isInsecure
    object.importPolicy.scheduled = isScheduled
    object.importPolicy.importMode = (importMode ?? Self.unchosenImportMode).rawValue
    object.referencePolicy.type = referencePolicy.rawValue
    return object
  }
}

extension TagSource {
  fileprivate init?(_ object: ObjectReference) {
    let namespace = object.namespace.isEmpty ? nil : object.namespace
    switch object.kind {
    case "ImageStreamTag": self = .imageStreamTag(object.name, namespace: namespace)
    case "ImageStreamImage": self = .imageStreamImage(object.name, namespace: namespace)
    case "DockerImage": self = .registryImage(object.name, namespace: namespace)
    case TagSpec.layoutKind: self = .layout(object.name)
    default: return nil
    }
  }

  fileprivate var object: ObjectReference {
    let kind =
      switch self {
      case .imageStreamTag: "ImageStreamTag"
      case .imageStreamImage: "ImageStreamImage"
      case .registryImage: "DockerImage"
      case .layout: TagSpec.layoutKind
      }
    return ObjectReference(kind: kind, namespace: namespace ?? "", name: name)
  }
}
