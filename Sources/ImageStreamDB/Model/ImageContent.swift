public import MVCC
public import OCI

/// What an import brings: the exact bytes of a manifest, of its configuration, and of the manifests below an index.
public struct ImageContent: Hashable, Sendable {
  /// The manifest's bytes.
  public let manifest: [UInt8]
  /// The media type that the source declared, when it declared one.
  public let mediaType: MediaType?
  /// The configuration's bytes; nil for an index, or an artifact whose configuration is not one of an image.
  public let configuration: [UInt8]?
  /// The images of an index, in its order.
  public let children: [ImageContent]
  /// The digest of `manifest`.
  public let digest: Digest
  /// What the manifest says.
  public let parsed: ManifestContent
  /// What the configuration says.
  public let parsedConfiguration: ImageConfiguration?

  /// Content whose every part hashes to the digest that names it.
  ///
  /// - Parameter expected: the digest that was asked for; nil when a tag was.
  /// - Throws: `StoreError` with code `digestMismatch` when bytes are not those a digest names, `invalidArgument` for a manifest or configuration that
  ///   cannot be read, is too large or too deep, or an index whose children do not fit it.
  public init(
    manifest: [UInt8], mediaType: MediaType? = nil, configuration: [UInt8]? = nil, children: [ImageContent] = [], expected: Digest? = nil
  ) throws(StoreError) {
    do {
      try expected?.verify(manifest)
      let parsed = try ManifestContent.parse(bytes: manifest, mediaType: mediaType)
      var parsedConfiguration: ImageConfiguration?
      switch parsed {
      case .manifest(let image):
        if let configuration {
          try image.configuration.digest.verify(configuration)
          if image.isImage { parsedConfiguration = try ImageConfiguration.parse(bytes: configuration) }
        } else if image.isImage {
          throw StoreError(
            .invalidArgument, "the configuration \(image.configuration.digest) of image \(Digest(of: manifest)) is missing; import it too")
        }
      case .index(let index):
        let known = Set(index.manifests.map(\.digest))
        if let stranger = children.first(where: { !known.contains($0.digest) }) {
          throw StoreError(.invalidArgument, "image \(stranger.digest) is not part of index \(Digest(of: manifest))")
        }
      }
      self.parsed = parsed
      self.parsedConfiguration = parsedConfiguration
    } catch let error as StoreError {
      throw error
    } catch let error as OCIError {
      throw StoreError(error)
    } catch {
      throw StoreError(.invalidArgument, "\(error)", cause: error)
    }
    self.manifest = manifest
    self.mediaType = mediaType
    self.configuration = configuration
    self.children = children
    digest = expected ?? Digest(of: manifest)
  }
}
