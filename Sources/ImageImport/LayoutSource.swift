public import ImageStreamDB

/// An image in an OCI image layout, in a directory or a tar archive (OCI image-spec, image-layout.md).
public struct LayoutSource: ImageSource {
  /// The directory or archive.
  public let path: String
  /// The name that the layout gives the image, or a digest; nil when the layout has one image only.
  public let reference: String?

  /// A source for the image called `reference` in the layout at `path`.
  public init(path: String, reference: String? = nil) {
    self.path = path
    self.reference = reference
  }

  public var importSource: ImportSource {
    ImportSource(reference: "oci:\(path)\(reference.map { ":\($0)" } ?? "")")
  }

  public var repository: String? { nil }

  public var tag: String? { reference.flatMap { (try? Digest($0)) == nil ? $0 : nil } }

  public func content(_ progress: @Sendable (ImportProgress) -> Void) async throws -> ImageContent {
    let files = try openLayout(path)
    do {
      try ImageLayout.validateHeader(files.read(ImageLayout.headerPath, maximumBytes: 4096))
      let index = try ImageLayout.parseIndex(files.read(ImageLayout.indexPath, maximumBytes: JSONGuard.manifest.maximumBytes))
      let descriptor = try descriptor(in: index)
      let fetcher = ContentFetcher(
        manifest: { try files.read(ImageLayout.blobPath(of: $0.digest), maximumBytes: JSONGuard.manifest.maximumBytes) },
        configuration: { try files.read(ImageLayout.blobPath(of: $0.digest), maximumBytes: JSONGuard.configuration.maximumBytes) })
      let manifest = try await fetcher.manifest(descriptor)
      return try await fetcher.content(manifest, mediaType: descriptor.mediaType, expected: descriptor.digest, progress)
    } catch let error as OCIError {
      throw StoreError(error.code == .notFound ? .notFound : StoreError(error).code, "\(path): \(error.message)", cause: error)
    }
  }

  private func descriptor(in index: ImageIndex) throws -> Descriptor {
    guard let reference else {
      guard let only = index.manifests.first, index.manifests.count == 1 else {
        let names = index.manifests.prefix(5).map { $0.referenceName ?? $0.digest.description }.joined(separator: ", ")
        throw StoreError(.ambiguous, "\(path) holds \(index.manifests.count) images (\(names)); name one as oci:\(path):NAME")
      }
      return only
    }
    if let digest = try? Digest(reference) {
      guard let found = index.manifests.first(where: { $0.digest == digest }) else {
        throw StoreError(.notFound, "\(path) lists no image \(digest); see its index.json")
      }
      return found
    }
    return try index.descriptor(named: reference)
  }
}
