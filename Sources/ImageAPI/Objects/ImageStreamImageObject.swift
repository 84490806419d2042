/// An image that a stream has or had.
public struct ImageStreamImageObject: APIObjectPart {
  public static let kind = "ImageStreamImage"
  public var apiVersion: String = Self.apiVersion
  /// Its name is `stream@digest`.
  public var metadata: ObjectMeta
  /// The image.
  public var image: ImageObject

  /// An image of a stream.
  public init(metadata: ObjectMeta, image: ImageObject) {
    self.metadata = metadata
    self.image = image
  }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    image = try fields.part("image") ?? ImageObject(metadata: ObjectMeta())
  }

  func writeContent(_ fields: inout FieldWriter) { fields.always("image", image) }
}
