/// What an object points at (Kubernetes, `corev1.ObjectReference`).
public struct ObjectReference: Hashable, Sendable {
  /// The kind of what is meant: `DockerImage`, `ImageStreamTag` or `ImageStreamImage` where an image is.
  public var kind: String
  /// Its namespace; empty means that of the object which has the reference.
  public var namespace: String
  /// Its name, or a pull spec.
  public var name: String
  /// The very object of that name that is meant.
  public var uid = ""
  /// The version of its API.
  public var apiVersion = ""
  /// The state of it that is meant.
  public var resourceVersion = ""
  /// The part of it that is meant.
  public var fieldPath = ""

  /// A reference.
  public init(kind: String, namespace: String = "", name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }
}

extension ObjectReference: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    kind = try fields.string("kind")
    namespace = try fields.string("namespace")
    name = try fields.string("name")
    uid = try fields.string("uid")
    apiVersion = try fields.string("apiVersion")
    resourceVersion = try fields.string("resourceVersion")
    fieldPath = try fields.string("fieldPath")
  }

  func write(_ fields: inout FieldWriter) {
    fields.add("kind", kind)
    fields.add("namespace", namespace)
    fields.add("name", name)
    fields.add("uid", uid)
    fields.add("apiVersion", apiVersion)
    fields.add("resourceVersion", resourceVersion)
    fields.add("fieldPath", fieldPath)
  }
}
