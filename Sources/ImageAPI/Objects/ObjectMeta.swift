/// Name, labels and what else every object has (Kubernetes, `metav1.ObjectMeta`).
public struct ObjectMeta: Hashable, Sendable {
  /// The object's name within its kind and namespace.
  public var name: String
  /// The beginning of a name that the server is to complete.
  public var generateName = ""
  /// The namespace; empty for kinds that have none.
  public var namespace: String
  /// Chosen by the server when the object is made; another object of the same name has another.
  public var uid = ""
  /// The state that was read, as a text to send back and compare; here it is the store's revision.
  public var resourceVersion = ""
  /// The version of the specification, counted from 1; 0 means none.
  public var generation: Int64 = 0
  /// When it was made.
  public var creationTimestamp: ObjectTime?
  /// Short facts to select by.
  public var labels: [String: String] = [:]
  /// Facts of any form.
  public var annotations: [String: String] = [:]
  /// Whose deletion deletes this object; each kept as it was read.
  public var ownerReferences: [JSONValue] = []
  /// Whatever else stood there, such as `managedFields` and `finalizers`, as it was read.
  public var others: [JSONValue.Member] = []

  /// Metadata of an object of that name.
  public init(name: String = "", namespace: String = "") {
    self.name = name
    self.namespace = namespace
  }
}

extension ObjectMeta: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    name = try fields.string("name")
    generateName = try fields.string("generateName")
    namespace = try fields.string("namespace")
    uid = try fields.string("uid")
    resourceVersion = try fields.string("resourceVersion")
    generation = try fields.integer("generation") ?? 0
    creationTimestamp = try fields.time("creationTimestamp")
    labels = try fields.map("labels") ?? [:]
    annotations = try fields.map("annotations") ?? [:]
    ownerReferences = try fields.elements("ownerReferences")
    others = fields.takeRest()
  }

  func write(_ fields: inout FieldWriter) {
    fields.add("name", name)
    fields.add("generateName", generateName)
    fields.add("namespace", namespace)
    fields.add("uid", uid)
    fields.add("resourceVersion", resourceVersion)
    fields.add("generation", generation)
    fields.add("creationTimestamp", creationTimestamp)
    fields.add("labels", labels)
    fields.add("annotations", annotations)
    fields.add("ownerReferences", ownerReferences)
    fields.add(contentsOf: others)
  }
}
