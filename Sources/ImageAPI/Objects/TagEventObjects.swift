extension ImageStreamObject {
  /// What a tag is and was.
  public struct NamedTagEventList: Hashable, Sendable {
    /// The tag.
    public var tag: String
    /// Its images, newest first.
    public var items: [TagEvent]
    /// What stands in the way of an import; none when nothing does.
    public var conditions: [TagEventCondition]

    /// A history.
    public init(tag: String, items: [TagEvent] = [], conditions: [TagEventCondition] = []) {
      self.tag = tag
      self.items = items
      self.conditions = conditions
    }
  }

  /// One image that a tag had.
  public struct TagEvent: Hashable, Sendable {
    /// When the tag got it.
    public var created: ObjectTime?
    /// Where to pull it from.
    public var dockerImageReference: String
    /// The image's digest; empty for a tag that only refers.
    public var image: String
    /// The specification's generation that this answers.
    public var generation: Int64

    /// An event.
    public init(created: ObjectTime?, dockerImageReference: String, image: String, generation: Int64) {
      self.created = created
      self.dockerImageReference = dockerImageReference
      self.image = image
      self.generation = generation
    }
  }

  /// What stands in the way of an import.
  public struct TagEventCondition: Hashable, Sendable {
    /// `ImportSuccess` is the only one there is.
    public var type: String
    /// `False`; a success removes the condition.
    public var status: String
    /// When it came to be.
    public var lastTransitionTime: ObjectTime?
    /// What kind of failure, in a word.
    public var reason: String
    /// What failed, in a sentence.
    public var message: String
    /// The specification's generation that this answers.
    public var generation: Int64

    /// A failed import.
    public init(reason: String, message: String, lastTransitionTime: ObjectTime?, generation: Int64) {
      type = "ImportSuccess"
      status = "False"
      self.reason = reason
      self.message = message
      self.lastTransitionTime = lastTransitionTime
      self.generation = generation
    }
  }
}

extension ImageStreamObject.NamedTagEventList: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    tag = try fields.string("tag")
    items = try fields.parts("items")
    conditions = try fields.parts("conditions")
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("tag", tag)
    fields.always("items", items.isEmpty ? .null : .array(items.map(\.jsonValue)))
    fields.add("conditions", conditions)
  }
}

extension ImageStreamObject.TagEvent: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    created = try fields.time("created")
    dockerImageReference = try fields.string("dockerImageReference")
    image = try fields.string("image")
    generation = try fields.integer("generation") ?? 0
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("created", created.map { .string($0.spelling) } ?? .null)
    fields.always("dockerImageReference", dockerImageReference)
    fields.always("image", image)
    fields.always("generation", .integer(generation))
  }
}

extension ImageStreamObject.TagEventCondition: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    type = try fields.string("type")
    status = try fields.string("status")
    lastTransitionTime = try fields.time("lastTransitionTime")
    reason = try fields.string("reason")
    message = try fields.string("message")
    generation = try fields.integer("generation") ?? 0
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("type", type)
    fields.always("status", status)
    fields.add("lastTransitionTime", lastTransitionTime)
    fields.add("reason", reason)
    fields.add("message", message)
    fields.always("generation", .integer(generation))
  }
}
