/// One image's or artifact's manifest: its configuration and its layers.
///
/// OCI image-spec, manifest.md, and Docker's schema 2, which has the same fields. Made by `ManifestContent.parse`; there is no way back to
/// bytes, because the bytes that were parsed are what the digest names.
public struct Manifest: Hashable, Sendable {
  /// The kind: an OCI or a Docker manifest.
  public let mediaType: MediaType

  /// The configuration.
  public let configuration: Descriptor

  /// The layers, base first.
  public let layers: [Descriptor]

  /// The kind of artifact, or nil.
  public let artifactType: MediaType?

  /// The manifest that this one is about, such as the image that a signature signs; nil for most.
  public let subject: Descriptor?

  /// Remarks.
  public let annotations: [String: String]

  /// A manifest with those parts.
  public init(
    mediaType: MediaType = .ociManifest, configuration: Descriptor, layers: [Descriptor], artifactType: MediaType? = nil,
    subject: Descriptor? = nil, annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.configuration = configuration
    self.layers = layers
    self.artifactType = artifactType
    self.subject = subject
    self.annotations = annotations
  }

  /// Whether the configuration is an image's: what else has a manifest is an artifact, such as a signature or a chart.
  public var isImage: Bool { configuration.mediaType.isConfiguration }
}

extension Manifest {
  /// The manifest's fields as they stand in JSON.
  struct Body: Decodable {
    let config: Descriptor
    let layers: [Descriptor]?
    let subject: Descriptor?
    let annotations: [String: String]?
    let artifactType: MediaType?

    private enum CodingKeys: String, CodingKey {
      case config
      case layers
      case subject
      case annotations
      case artifactType
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      config = try container.decode(Descriptor.self, forKey: .config)
      layers = try container.decodeIfPresent([Descriptor].self, forKey: .layers)
      subject = try container.decodeIfPresent(Descriptor.self, forKey: .subject)
      annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
      artifactType = try container.decodeNonEmptyMediaType(forKey: .artifactType)
    }
  }

  init(_ body: Body, mediaType: MediaType) {
    self.init(
      mediaType: mediaType, configuration: body.config, layers: body.layers ?? [], artifactType: body.artifactType, subject: body.subject,
      annotations: body.annotations ?? [:])
  }
}
