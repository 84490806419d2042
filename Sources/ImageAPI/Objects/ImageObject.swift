/// An image: its manifest's digest, and what the manifest and configuration say.
public struct ImageObject: APIObjectPart {
  public static let kind = "Image"
  public var apiVersion: String = Self.apiVersion
  /// Its name is the manifest's digest.
  public var metadata: ObjectMeta
  /// Where the content came from.
  public var dockerImageReference = ""
  /// What the configuration says, in Docker's capitalised names, as it was read; nil when it is absent.
  public var dockerImageMetadata: JSONValue?
  /// `1.0`.
  public var dockerImageMetadataVersion = ""
  /// The manifest's text.
  public var dockerImageManifest = ""
  /// Base layer first.
  public var dockerImageLayers: [ImageLayer] = []
  /// Signatures, as they were read.
  public var signatures: [JSONValue] = []
  /// Signatures of Docker schema 1, in base64.
  public var dockerImageSignatures: [String] = []
  /// What kind of manifest it is.
  public var dockerImageManifestMediaType = ""
  /// The configuration's text.
  public var dockerImageConfig = ""
  /// The images of an index.
  public var dockerImageManifests: [ImageManifest] = []

  /// An image of which nothing is known yet.
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    dockerImageReference = try fields.string("dockerImageReference")
    dockerImageMetadata = fields.value("dockerImageMetadata")
    dockerImageMetadataVersion = try fields.string("dockerImageMetadataVersion")
    dockerImageManifest = try fields.string("dockerImageManifest")
    dockerImageLayers = try fields.parts("dockerImageLayers")
    signatures = try fields.elements("signatures")
    dockerImageSignatures = try fields.strings("dockerImageSignatures")
    dockerImageManifestMediaType = try fields.string("dockerImageManifestMediaType")
    dockerImageConfig = try fields.string("dockerImageConfig")
    dockerImageManifests = try fields.parts("dockerImageManifests")
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.add("dockerImageReference", dockerImageReference)
    fields.always("dockerImageMetadata", dockerImageMetadata ?? .null)
    fields.add("dockerImageMetadataVersion", dockerImageMetadataVersion)
    fields.add("dockerImageManifest", dockerImageManifest)
    fields.always("dockerImageLayers", dockerImageLayers.isEmpty ? .null : .array(dockerImageLayers.map(\.jsonValue)))
    fields.add("signatures", signatures)
    fields.add("dockerImageSignatures", dockerImageSignatures)
    fields.add("dockerImageManifestMediaType", dockerImageManifestMediaType)
    fields.add("dockerImageConfig", dockerImageConfig)
    fields.add("dockerImageManifests", dockerImageManifests)
  }
}

extension ImageObject {
  /// One layer.
  public struct ImageLayer: Hashable, Sendable, ObjectPart {
    /// Its digest.
    public var name: String
    /// Its size as it is stored, in bytes.
    public var size: Int64
    /// How it is packed.
    public var mediaType: String

    /// A layer.
    public init(name: String, size: Int64, mediaType: String) {
      self.name = name
      self.size = size
      self.mediaType = mediaType
    }

    init(_ fields: inout FieldReader) throws(ObjectError) {
      name = try fields.string("name")
      size = try fields.integer("size") ?? 0
      mediaType = try fields.string("mediaType")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("name", name)
      fields.always("size", .integer(size))
      fields.always("mediaType", mediaType)
    }
  }

  /// One image of an index.
  public struct ImageManifest: Hashable, Sendable, ObjectPart {
    /// Its manifest's digest.
    public var digest: String
    /// What kind of manifest it is.
    public var mediaType: String
    /// The manifest's size in bytes.
    public var manifestSize: Int64
    /// `amd64` and so on.
    public var architecture: String
    /// `linux` and so on.
    public var os: String
    /// `v7` and so on.
    public var variant: String

    init(_ fields: inout FieldReader) throws(ObjectError) {
      digest = try fields.string("digest")
      mediaType = try fields.string("mediaType")
      manifestSize = try fields.integer("manifestSize") ?? 0
      architecture = try fields.string("architecture")
      os = try fields.string("os")
      variant = try fields.string("variant")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("digest", digest)
      fields.always("mediaType", mediaType)
      fields.always("manifestSize", .integer(manifestSize))
      fields.always("architecture", architecture)
      fields.always("os", os)
      fields.add("variant", variant)
    }
  }
}
