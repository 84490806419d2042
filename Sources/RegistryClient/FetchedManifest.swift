#if Network
  public import OCI

  /// A manifest or index as a registry gave it, verified and read.
  public struct FetchedManifest: Hashable, Sendable {
    /// The exact bytes, which the digest names.
    public let bytes: [UInt8]

    /// The kind, as found out from the registry's declaration and the bytes.
    public let mediaType: MediaType

    /// The digest asked for; of a tag, the SHA-256 of the bytes.
    public let digest: Digest

    /// What the bytes say.
    public let content: ManifestContent

    /// A manifest with those parts, unverified.
    public init(bytes: [UInt8], mediaType: MediaType, digest: Digest, content: ManifestContent) {
      self.bytes = bytes
      self.mediaType = mediaType
      self.digest = digest
      self.content = content
    }
  }

  /// What a registry says of a manifest without sending it; nothing here is verified.
  public struct ManifestHead: Hashable, Sendable {
    /// The digest, or nil when the registry did not say.
    public let digest: Digest?

    /// The kind, or nil when the registry did not say one.
    public let mediaType: MediaType?

    /// The size in bytes, or nil when the registry did not say.
    public let size: Int?

    /// A head with those parts.
    public init(digest: Digest?, mediaType: MediaType?, size: Int?) {
      self.digest = digest
      self.mediaType = mediaType
      self.size = size
    }
  }
#endif
