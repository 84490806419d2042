extension ImageStreamObject {
  /// One tag that is asked for: where its image comes from, and how it is imported and pulled.
  public struct TagReference: Hashable, Sendable {
    /// The tag.
    public var name: String
    /// Facts about the tag.
    public var annotations: [String: String] = [:]
    /// Where its image comes from; nil for a tag that is pushed.
    public var from: ObjectReference?
    /// Whether the tag only refers, so that nothing is imported and no pull spec rewritten.
    public var reference = false
    /// The specification's generation that last changed it; 0 asks for a new import, nil leaves it to the server.
    public var generation: Int64?
    /// How it is imported.
    public var importPolicy = TagImportPolicy()
    /// Where it is pulled from.
    public var referencePolicy = TagReferencePolicy()

    /// A tag.
    public init(name: String, from: ObjectReference? = nil) {
      self.name = name
      self.from = from
    }
  }
}

extension ImageStreamObject.TagReference: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    name = try fields.string("name")
    annotations = try fields.map("annotations") ?? [:]
    from = try fields.part("from")
    reference = try fields.boolean("reference")
    generation = try fields.integer("generation")
    importPolicy = try fields.part("importPolicy") ?? TagImportPolicy()
    referencePolicy = try fields.part("referencePolicy") ?? TagReferencePolicy()
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("name", name)
    fields.always("annotations", annotations.isEmpty ? .null : .map(annotations))
    fields.add("from", from)
    fields.add("reference", reference)
    fields.always("generation", generation.map { .integer($0) } ?? .null)
    fields.always("importPolicy", importPolicy)
    fields.always("referencePolicy", referencePolicy)
  }
}

/// How a tag is imported.
public struct TagImportPolicy: Hashable, Sendable, ObjectPart {
  /// Whether plain HTTP and unverified TLS are allowed.
  public var insecure = false
  /// Whether it is imported again and again.
  public var scheduled = false
  /// `Legacy` takes one image out of an index, `PreserveOriginal` the index; empty until the default is filled in.
  public var importMode = ""

  /// A policy.
  public init() {}

  init(_ fields: inout FieldReader) throws(ObjectError) {
    insecure = try fields.boolean("insecure")
    scheduled = try fields.boolean("scheduled")
    importMode = try fields.string("importMode")
  }

  func write(_ fields: inout FieldWriter) {
    fields.add("insecure", insecure)
    fields.add("scheduled", scheduled)
    fields.add("importMode", importMode)
  }
}

/// Where the image of a tag is pulled from.
public struct TagReferencePolicy: Hashable, Sendable, ObjectPart {
  /// `Source` or `Local`; empty until the default is filled in.
  public var type = ""

  /// A policy.
  public init(type: String = "") { self.type = type }

  init(_ fields: inout FieldReader) throws(ObjectError) { type = try fields.string("type") }

  func write(_ fields: inout FieldWriter) { fields.always("type", type) }
}
