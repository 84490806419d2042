/// Every blob and image that a stream's histories need.
public struct ImageStreamLayersObject: APIObjectPart {
  public static let kind = "ImageStreamLayers"
  public var apiVersion: String = Self.apiVersion
  /// The stream's.
  public var metadata: ObjectMeta
  /// Blobs by digest.
  public var blobs: [String: LayerData] = [:]
  /// What each image needs, by the image's digest.
  public var images: [String: BlobReferences] = [:]

  /// No blobs.
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    blobs = try fields.partMap("blobs") ?? [:]
    images = try fields.partMap("images") ?? [:]
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.always("blobs", Self.object(blobs))
    fields.always("images", Self.object(images))
  }

  private static func object(_ parts: [String: some ObjectPart]) -> JSONValue {
    .object(parts.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value.jsonValue) })
  }

  /// One blob.
  public struct LayerData: Hashable, Sendable, ObjectPart {
    /// Its size in bytes; nil when it is not known.
    public var size: Int64?
    /// What it is.
    public var mediaType: String

    /// A blob.
    public init(size: Int64?, mediaType: String) {
      self.size = size
      self.mediaType = mediaType
    }

    init(_ fields: inout FieldReader) throws(ObjectError) {
      size = try fields.integer("size")
      mediaType = try fields.string("mediaType")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("size", size.map { .integer($0) } ?? .null)
      fields.always("mediaType", mediaType)
    }
  }

  /// What one image needs.
  public struct BlobReferences: Hashable, Sendable, ObjectPart {
    /// Whether nothing is known of the image.
    public var imageMissing = false
    /// Its layers, base first.
    public var layers: [String] = []
    /// Its configuration.
    public var config = ""
    /// The images of an index.
    public var manifests: [String] = []

    /// No needs.
    public init() {}

    init(_ fields: inout FieldReader) throws(ObjectError) {
      imageMissing = try fields.boolean("imageMissing")
      layers = try fields.strings("layers")
      config = try fields.string("config")
      manifests = try fields.strings("manifests")
    }

    func write(_ fields: inout FieldWriter) {
      fields.add("imageMissing", imageMissing)
      fields.add("layers", layers)
      fields.add("config", config)
      fields.add("manifests", manifests)
    }
  }
}
