#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What one piece of content says of another: its kind, digest and size.
///
/// OCI image-spec, descriptor.md.
public struct Descriptor: Hashable, Sendable {
  /// The kind of the content.
  public let mediaType: MediaType

  /// The content's digest.
  public let digest: Digest

  /// The content's size in bytes, 0 or more.
  public let size: Int

  /// Places from which the content may be had; never fetched from here, because whoever wrote the manifest chose them (CVE-2020-15157).
  public let urls: [String]

  /// Remarks.
  public let annotations: [String: String]

  /// The content itself in base64, unverified; see `embeddedContent()`. Nil when it is not embedded.
  public let data: String?

  /// The kind of artifact, when the content is one's manifest; nil when none is said.
  public let artifactType: MediaType?

  /// What the content runs on, in an index; nil when nothing is said.
  public let platform: Platform?

  /// A descriptor with those parts.
  /// - Precondition: `size` is not negative.
  public init(
    mediaType: MediaType, digest: Digest, size: Int, urls: [String] = [], annotations: [String: String] = [:], data: String? = nil,
    artifactType: MediaType? = nil, platform: Platform? = nil
  ) {
    precondition(size >= 0, "content cannot have \(size) bytes")
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.urls = urls
    self.annotations = annotations
    self.data = data
    self.artifactType = artifactType
    self.platform = platform
  }

  /// The embedded content, checked against digest and size; nil when none is embedded.
  /// - Throws: `OCIError.Code.malformedContent` when it is not base64, `digestMismatch` when it is other content.
  public func embeddedContent() throws(OCIError) -> [UInt8]? {
    guard let data else { return nil }
    guard let bytes = Data(base64Encoded: data).map(Array.init) else {
      throw OCIError(.malformedContent, "the content embedded for \(digest) is not base64")
    }
    guard bytes.count == size else {
      throw OCIError(.digestMismatch, "the content embedded for \(digest) has \(bytes.count) bytes and its descriptor says \(size)")
    }
    try digest.verify(bytes)
    return bytes
  }
}

extension Descriptor: Codable {
  private enum CodingKeys: String, CodingKey {
    case mediaType
    case digest
    case size
    case urls
    case annotations
    case data
    case artifactType
    case platform
  }

  /// Reads a descriptor; unknown fields are ignored.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let size = try container.decode(Int.self, forKey: .size)
    guard size >= 0 else {
      throw DecodingError.dataCorruptedError(forKey: .size, in: container, debugDescription: "content cannot have \(size) bytes")
    }
    try self.init(
      mediaType: container.decode(MediaType.self, forKey: .mediaType), digest: container.decode(Digest.self, forKey: .digest), size: size,
      urls: container.decodeIfPresent([String].self, forKey: .urls) ?? [],
      annotations: container.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:],
      data: container.decodeIfPresent(String.self, forKey: .data),
      artifactType: container.decodeNonEmptyMediaType(forKey: .artifactType),
      platform: container.decodeIfPresent(Platform.self, forKey: .platform))
  }

  /// Writes a descriptor, empty parts left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mediaType, forKey: .mediaType)
    try container.encode(digest, forKey: .digest)
    try container.encode(size, forKey: .size)
    if !urls.isEmpty { try container.encode(urls, forKey: .urls) }
    if !annotations.isEmpty { try container.encode(annotations, forKey: .annotations) }
    try container.encodeIfPresent(data, forKey: .data)
    try container.encodeIfPresent(artifactType, forKey: .artifactType)
    try container.encodeIfPresent(platform, forKey: .platform)
  }
}

extension KeyedDecodingContainer {
  /// A media type that may be missing; Go's encoders write an empty string for that.
  func decodeNonEmptyMediaType(forKey key: Key) throws -> MediaType? {
    guard try decodeIfPresent(String.self, forKey: key)?.isEmpty == false else { return nil }
    return try decode(MediaType.self, forKey: key)
  }
}
