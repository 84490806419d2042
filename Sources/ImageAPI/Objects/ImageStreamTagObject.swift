/// One tag of a stream with its image: a view of both.
public struct ImageStreamTagObject: APIObjectPart {
  public static let kind = "ImageStreamTag"
  public var apiVersion: String = Self.apiVersion
  /// Its name is `stream:tag`.
  public var metadata: ObjectMeta
  /// What is asked for; nil for a tag that only was pushed.
  public var tag: ImageStreamObject.TagReference?
  /// The specification's generation that the image answers.
  public var generation: Int64 = 0
  /// The stream's.
  public var lookupPolicy = ImageLookupPolicy()
  /// What stands in the way of an import.
  public var conditions: [ImageStreamObject.TagEventCondition] = []
  /// The image; nil only in objects that no cluster wrote.
  public var image: ImageObject?

  /// A tag.
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    tag = try fields.part("tag")
    generation = try fields.integer("generation") ?? 0
    lookupPolicy = try fields.part("lookupPolicy") ?? ImageLookupPolicy()
    conditions = try fields.parts("conditions")
    image = try fields.part("image")
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.always("tag", tag.map(\.jsonValue) ?? .null)
    fields.always("generation", .integer(generation))
    fields.always("lookupPolicy", lookupPolicy)
    fields.add("conditions", conditions)
    fields.always("image", image.map(\.jsonValue) ?? .null)
  }
}
