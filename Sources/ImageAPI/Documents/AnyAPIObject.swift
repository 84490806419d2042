/// One object of whichever kind.
public enum AnyAPIObject: Hashable, Sendable {
  case image(ImageObject)
  case imageStream(ImageStreamObject)
  case imageStreamImage(ImageStreamImageObject)
  case imageStreamImport(ImageStreamImportObject)
  case imageStreamLayers(ImageStreamLayersObject)
  case imageStreamMapping(ImageStreamMappingObject)
  case imageStreamTag(ImageStreamTagObject)
  case imageTag(ImageTagObject)

  /// The object itself.
  public var object: any APIObject {
    switch self {
    case .image(let object): object
    case .imageStream(let object): object
    case .imageStreamImage(let object): object
    case .imageStreamImport(let object): object
    case .imageStreamLayers(let object): object
    case .imageStreamMapping(let object): object
    case .imageStreamTag(let object): object
    case .imageTag(let object): object
    }
  }

  /// What the API calls its kind.
  public var kind: String { type(of: object).kind }

  /// Its name and what goes with it.
  public var metadata: ObjectMeta {
    get { object.metadata }
    set {
      switch self {
      case .image(var object):
        object.metadata = newValue
        self = .image(object)
      case .imageStream(var object):
        object.metadata = newValue
        self = .imageStream(object)
      case .imageStreamImage(var object):
        object.metadata = newValue
        self = .imageStreamImage(object)
      case .imageStreamImport(var object):
        object.metadata = newValue
        self = .imageStreamImport(object)
      case .imageStreamLayers(var object):
        object.metadata = newValue
        self = .imageStreamLayers(object)
      case .imageStreamMapping(var object):
        object.metadata = newValue
        self = .imageStreamMapping(object)
      case .imageStreamTag(var object):
        object.metadata = newValue
        self = .imageStreamTag(object)
      case .imageTag(var object):
        object.metadata = newValue
        self = .imageTag(object)
      }
    }
  }

  /// Whether objects of the kind belong to a namespace; images belong to none.
  public var isNamespaced: Bool {
    if case .image = self { false } else { true }
  }

  /// The object as JSON.
  public var json: JSONValue { object.json }
}

extension AnyAPIObject {
  /// Names of the API before it had groups, and with one.
  private static let apiVersions: Set<String> = ["image.openshift.io/v1", "v1"]

  /// - Parameter place: where in its document the object is; empty for the document itself.
  static func read(_ value: JSONValue, at place: String, notes: FieldReader.Notes) throws(ObjectError) -> AnyAPIObject {
    guard case .object = value else { throw ObjectError(place: place, reason: "it is \(value.typeName) and must be an object") }
    let dot = place.isEmpty ? "" : place + "."
    guard let kind = value["kind"]?.text, !kind.isEmpty else {
      throw ObjectError(place: dot + "kind", reason: "it is missing; say which kind of object this is, such as ImageStream")
    }
    guard let apiVersion = value["apiVersion"]?.text, apiVersions.contains(apiVersion) else {
      throw ObjectError(
        place: dot + "apiVersion", reason: "it is \(value["apiVersion"]?.text ?? "missing") and must be image.openshift.io/v1")
    }
    switch kind {
    case ImageObject.kind: return .image(try ImageObject.read(value, at: place, notes: notes))
    case ImageStreamObject.kind: return .imageStream(try ImageStreamObject.read(value, at: place, notes: notes))
    case ImageStreamImageObject.kind: return .imageStreamImage(try ImageStreamImageObject.read(value, at: place, notes: notes))
    case ImageStreamImportObject.kind: return .imageStreamImport(try ImageStreamImportObject.read(value, at: place, notes: notes))
    case ImageStreamLayersObject.kind: return .imageStreamLayers(try ImageStreamLayersObject.read(value, at: place, notes: notes))
    case ImageStreamMappingObject.kind: return .imageStreamMapping(try ImageStreamMappingObject.read(value, at: place, notes: notes))
    case ImageStreamTagObject.kind: return .imageStreamTag(try ImageStreamTagObject.read(value, at: place, notes: notes))
    case ImageTagObject.kind: return .imageTag(try ImageTagObject.read(value, at: place, notes: notes))
    default: throw ObjectError(place: dot + "kind", reason: "it is \(kind), which is not a kind of image.openshift.io/v1 that can be read")
    }
  }
}
