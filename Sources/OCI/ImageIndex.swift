/// A list of manifests, most often one for each platform.
///
/// OCI image-spec, image-index.md, and Docker's manifest list, which has the same fields. Made by `ManifestContent.parse`; there is no way
/// back to bytes, because the bytes that were parsed are what the digest names.
public struct ImageIndex: Hashable, Sendable {
  /// The kind: an OCI index or a Docker manifest list.
  public let mediaType: MediaType

  /// The manifests, in the order in which they stand; some may be indexes themselves.
  public let manifests: [Descriptor]

  /// The kind of artifact, or nil.
  public let artifactType: MediaType?

  /// The manifest that this index is about, or nil.
  public let subject: Descriptor?

  /// Remarks.
  public let annotations: [String: String]

  /// An index with those parts.
  public init(
    mediaType: MediaType = .ociIndex, manifests: [Descriptor], artifactType: MediaType? = nil, subject: Descriptor? = nil,
    annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.manifests = manifests
    self.artifactType = artifactType
    self.subject = subject
    self.annotations = annotations
  }

  /// The first entry for that platform, or nil when there is none (image-index.md: "the first matching entry SHOULD be used").
  public func descriptor(for platform: Platform) -> Descriptor? {
    manifests.first { $0.platform?.matches(platform) ?? false }
  }

  /// The platforms of the entries that say one, in order, without those of build attestations (`unknown/unknown`).
  public var platforms: [Platform] { manifests.compactMap(\.platform).filter { $0.os != "unknown" } }
}

extension ImageIndex {
  /// The index's fields as they stand in JSON.
  struct Body: Decodable {
    let manifests: [Descriptor]?
    let subject: Descriptor?
    let annotations: [String: String]?
    let artifactType: MediaType?

    private enum CodingKeys: String, CodingKey {
      case manifests
      case subject
      case annotations
      case artifactType
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      manifests = try container.decodeIfPresent([Descriptor].self, forKey: .manifests)
      subject = try container.decodeIfPresent(Descriptor.self, forKey: .subject)
      annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
      artifactType = try container.decodeNonEmptyMediaType(forKey: .artifactType)
    }
  }

  init(_ body: Body, mediaType: MediaType) {
    self.init(
      mediaType: mediaType, manifests: body.manifests ?? [], artifactType: body.artifactType, subject: body.subject,
      annotations: body.annotations ?? [:])
  }
}
