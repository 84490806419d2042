/// The command that a registry gives after a push: this image is that tag's now.
public struct ImageStreamMappingObject: APIObjectPart {
  public static let kind = "ImageStreamMapping"
  public var apiVersion: String = Self.apiVersion
  /// Its name is the stream's.
  public var metadata: ObjectMeta
  /// The image.
  public var image: ImageObject
  /// The tag; `latest` when it is empty.
  public var tag: String

  /// A mapping.
  public init(metadata: ObjectMeta, image: ImageObject, tag: String) {
    self.metadata = metadata
    self.image = image
    self.tag = tag
  }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    image = try fields.part("image") ?? ImageObject(metadata: ObjectMeta())
    tag = try fields.string("tag")
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.always("image", image)
    fields.always("tag", tag)
  }
}
