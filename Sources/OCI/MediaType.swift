/// What kind of content some bytes are.
///
/// OCI image-spec, media-types.md; Docker's from distribution's manifest-v2-2. Any text may stand in one, because artifacts bring their own;
/// compare with the constants below.
public struct MediaType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The text, such as `application/vnd.oci.image.manifest.v1+json`.
  public let rawValue: String

  /// The media type with that text, unchecked.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The media type with that text, unchecked.
  public init(_ text: String) { rawValue = text }

  /// The media type of an HTTP `Content-Type` header: parameters such as `charset` dropped, lower case.
  public init(contentType: String) {
    let type = contentType.prefix { $0 != ";" }
    rawValue = String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
  }

  /// The text.
  public var description: String { rawValue }
}

extension MediaType {
  /// OCI image manifest.
  public static let ociManifest = Self("application/vnd.oci.image.manifest.v1+json")
  /// OCI image index.
  public static let ociIndex = Self("application/vnd.oci.image.index.v1+json")
  /// OCI image configuration.
  public static let ociConfiguration = Self("application/vnd.oci.image.config.v1+json")
  /// OCI layer, not compressed.
  public static let ociLayer = Self("application/vnd.oci.image.layer.v1.tar")
  /// OCI layer, compressed with gzip.
  public static let ociLayerGzip = Self("application/vnd.oci.image.layer.v1.tar+gzip")
  /// OCI layer, compressed with Zstandard.
  public static let ociLayerZstd = Self("application/vnd.oci.image.layer.v1.tar+zstd")
  /// The empty configuration or layer of an OCI artifact: the two bytes `{}`.
  public static let ociEmpty = Self("application/vnd.oci.empty.v1+json")
  /// OCI descriptor.
  public static let ociDescriptor = Self("application/vnd.oci.descriptor.v1+json")
  /// The `oci-layout` file.
  public static let ociLayoutHeader = Self("application/vnd.oci.layout.header.v1+json")

  /// Docker manifest, schema 2.
  public static let dockerManifest = Self("application/vnd.docker.distribution.manifest.v2+json")
  /// Docker manifest list.
  public static let dockerManifestList = Self("application/vnd.docker.distribution.manifest.list.v2+json")
  /// Docker image configuration.
  public static let dockerConfiguration = Self("application/vnd.docker.container.image.v1+json")
  /// Docker layer, compressed with gzip.
  public static let dockerLayer = Self("application/vnd.docker.image.rootfs.diff.tar.gzip")
  /// Docker layer that registries do not distribute.
  public static let dockerForeignLayer = Self("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
  /// Docker manifest, schema 1: recognised in order to refuse it.
  public static let dockerSchema1 = Self("application/vnd.docker.distribution.manifest.v1+json")
  /// Docker manifest, schema 1, signed: recognised in order to refuse it.
  public static let dockerSchema1Signed = Self("application/vnd.docker.distribution.manifest.v1+prettyjws")

  /// Every type that `ManifestContent.parse` reads: what a request for a manifest must accept, or registries convert or hide content.
  public static let manifestTypes: [MediaType] = [.ociManifest, .ociIndex, .dockerManifest, .dockerManifestList]

  /// Whether it is a list of manifests: an OCI index or a Docker manifest list.
  public var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }

  /// Whether it is one image's or artifact's manifest: OCI, or Docker schema 2.
  public var isManifest: Bool { self == .ociManifest || self == .dockerManifest }

  /// Whether it is an image's configuration, OCI or Docker; an artifact's own configuration is not.
  public var isConfiguration: Bool { self == .ociConfiguration || self == .dockerConfiguration }

  /// Whether it is a Docker schema 1 manifest, which is not supported.
  public var isDockerSchema1: Bool { self == .dockerSchema1 || self == .dockerSchema1Signed }

  /// Whether it is a layer of a file system, whatever its compression, foreign or not.
  public var isLayer: Bool {
    rawValue.hasPrefix("application/vnd.oci.image.layer.") || rawValue.hasPrefix("application/vnd.docker.image.rootfs.")
  }

  /// Whether the text has the form of a media type: `type/subtype`, each at most 127 characters (RFC 6838, section 4.2).
  public var isWellFormed: Bool {
    let parts = rawValue.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        (1...127).contains(part.count)
          && part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "!#$&-^_.+".utf8.contains(byte)
            }
          }
      }
  }
}

extension MediaType: ExpressibleByStringLiteral {
  /// The media type with that text, unchecked.
  public init(stringLiteral literal: String) { rawValue = literal }
}

extension MediaType: Codable {
  /// Reads the text, which need not be well formed: an index may point at kinds of content that nobody has registered.
  /// - Throws: `DecodingError.dataCorrupted` when it is empty, longer than 255 bytes, or has other than printable ASCII characters.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init(try container.decode(String.self))
    // 127 (type) + 1 + 127 (subtype), RFC 6838, section 4.2.
    guard (1...255).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(rawValue.quotedForMessage) is not a media type: write type/subtype")
    }
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
