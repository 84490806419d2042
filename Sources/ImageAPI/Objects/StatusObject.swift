/// How a request went, as a cluster answers it (Kubernetes, `metav1.Status`).
public struct StatusObject: Hashable, Sendable {
  /// `Success` or `Failure`.
  public var status = ""
  /// What happened, in a sentence.
  public var message = ""
  /// What kind of failure it is, in a word such as `Invalid`.
  public var reason = ""
  /// What it is about.
  public var details: Details?
  /// The HTTP status.
  public var code: Int64 = 0
  /// The version of the object, or the continuation of a list, as it was read.
  public var metadata: JSONValue = .object([])

  /// Nothing said.
  public init() {}

  /// What a failure is about.
  public struct Details: Hashable, Sendable, ObjectPart {
    /// The object's name.
    public var name = ""
    /// The group of its kind.
    public var group = ""
    /// Its kind, or the resource.
    public var kind = ""
    /// Which object of that name.
    public var uid = ""
    /// Every single failure.
    public var causes: [Cause] = []
    /// When to try again; 0 means no advice.
    public var retryAfterSeconds: Int64 = 0

    /// Details of a failure about that object.
    public init(name: String, kind: String, causes: [Cause] = []) {
      self.name = name
      self.kind = kind
      self.causes = causes
      group = "image.openshift.io"
    }

    init(_ fields: inout FieldReader) throws(ObjectError) {
      name = try fields.string("name")
      group = try fields.string("group")
      kind = try fields.string("kind")
      uid = try fields.string("uid")
      causes = try fields.parts("causes")
      retryAfterSeconds = try fields.integer("retryAfterSeconds") ?? 0
    }

    func write(_ fields: inout FieldWriter) {
      fields.add("name", name)
      fields.add("group", group)
      fields.add("kind", kind)
      fields.add("uid", uid)
      fields.add("causes", causes)
      fields.add("retryAfterSeconds", retryAfterSeconds)
    }
  }

  /// One single failure.
  public struct Cause: Hashable, Sendable, ObjectPart {
    /// What kind it is, in a word such as `FieldValueInvalid`.
    public var reason: String
    /// What is wrong, in a sentence.
    public var message: String
    /// Where, such as `spec.tags[latest].from.name`.
    public var field: String

    /// A failure.
    public init(reason: String, message: String, field: String) {
      self.reason = reason
      self.message = message
      self.field = field
    }

    init(_ fields: inout FieldReader) throws(ObjectError) {
      reason = try fields.string("reason")
      message = try fields.string("message")
      field = try fields.string("field")
    }

    func write(_ fields: inout FieldWriter) {
      fields.add("reason", reason)
      fields.add("message", message)
      fields.add("field", field)
    }
  }
}

extension StatusObject: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    _ = try fields.string("kind")
    _ = try fields.string("apiVersion")
    metadata = fields.value("metadata") ?? .object([])
    status = try fields.string("status")
    message = try fields.string("message")
    reason = try fields.string("reason")
    details = try fields.part("details")
    code = try fields.integer("code") ?? 0
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("metadata", metadata)
    fields.add("status", status)
    fields.add("message", message)
    fields.add("reason", reason)
    fields.add("details", details)
    fields.add("code", code)
  }

  /// The object as JSON, with its kind.
  public var json: JSONValue {
    guard case .object(let members) = jsonValue else { return jsonValue }
    return .object([JSONValue.Member("kind", .string("Status")), JSONValue.Member("apiVersion", .string("v1"))] + members)
  }
}
