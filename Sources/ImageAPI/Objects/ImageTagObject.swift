/// One tag of a stream as it is asked for and as it is, whether or not it has an image.
public struct ImageTagObject: APIObjectPart {
  public static let kind = "ImageTag"
  public var apiVersion: String = Self.apiVersion
  /// Its name is `stream:tag`.
  public var metadata: ObjectMeta
  /// What is asked for.
  public var spec: ImageStreamObject.TagReference?
  /// What is and was.
  public var status: ImageStreamObject.NamedTagEventList?
  /// The newest image.
  public var image: ImageObject?

  /// A tag.
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    spec = try fields.part("spec")
    status = try fields.part("status")
    image = try fields.part("image")
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.always("spec", spec.map(\.jsonValue) ?? .null)
    fields.always("status", status.map(\.jsonValue) ?? .null)
    fields.always("image", image.map(\.jsonValue) ?? .null)
  }
}
