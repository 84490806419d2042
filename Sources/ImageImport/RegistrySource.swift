#if Network
  public import ImageStreamDB
  public import RegistryClient

  /// An image in a registry, by tag or digest.
  public struct RegistrySource: ImageSource {
    /// The image. Without tag and digest, `latest` is meant.
    public let reference: Reference
    private let client: RegistryClient
    private let isInsecure: Bool

    /// A source for an image that `client` reads.
    ///
    /// - Parameter isInsecure: whether the client may use plain HTTP and unverified TLS; noted on the tag, so that a later import can do the same.
    public init(_ reference: Reference, client: RegistryClient, isInsecure: Bool = false) {
      self.reference = reference.withDefaultTag()
      self.client = client
      self.isInsecure = isInsecure
    }

    public var importSource: ImportSource { ImportSource(reference: reference.description, isInsecure: isInsecure) }

    public var repository: String? { reference.name }

    public var tag: String? { reference.digest == nil ? reference.tag : nil }

    public func content(_ progress: @Sendable (ImportProgress) -> Void) async throws -> ImageContent {
      let client = client
      let reference = reference
      let fetcher = ContentFetcher(
        manifest: { try await client.manifest(for: reference.withDigest($0.digest)).bytes },
        configuration: { try await client.blob($0.digest, in: reference, maximumBytes: JSONGuard.configuration.maximumBytes) })
      let manifest = try await client.manifest(for: reference)
      return try await fetcher.content(manifest.bytes, mediaType: manifest.mediaType, expected: manifest.digest, progress)
    }
  }
#endif
