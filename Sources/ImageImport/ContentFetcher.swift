internal import ImageStreamDB
internal import Synchronization

/// Puts an image's content together from single blobs: the manifest, its configuration, and so on for the images of an index.
struct ContentFetcher: Sendable {
  /// Indexes inside of indexes are allowed this deep.
  static let maximumDepth = 4

  /// Manifests of one index, all levels together. Far above what is published.
  static let maximumManifests = 1_000

  /// The bytes of a manifest.
  let manifest: @Sendable (Descriptor) async throws -> [UInt8]
  /// The bytes of a configuration.
  let configuration: @Sendable (Descriptor) async throws -> [UInt8]

  /// The content below a manifest whose bytes are there already.
  func content(
    _ bytes: [UInt8], mediaType: MediaType?, expected: Digest?, _ progress: @Sendable (ImportProgress) -> Void
  ) async throws -> ImageContent {
    var fetched = 0
    return try await content(bytes, mediaType, expected, depth: 0, &fetched, progress)
  }

  private func content(
    _ bytes: [UInt8], _ mediaType: MediaType?, _ expected: Digest?, depth: Int, _ fetched: inout Int,
    _ progress: @Sendable (ImportProgress) -> Void
  ) async throws -> ImageContent {
    fetched += 1
    guard fetched <= Self.maximumManifests else {
      throw StoreError(.tooLarge, "the index has more than \(Self.maximumManifests) manifests; import its images one by one")
    }
    progress(ImportProgress(digest: expected ?? Digest(of: bytes), fetched: fetched))
    // Bytes that are not the ones asked for are not looked into.
    try expected?.verify(bytes)
    switch try ManifestContent.parse(bytes: bytes, mediaType: mediaType) {
    case .manifest(let manifest):
      let configuration = manifest.isImage ? try await self.configuration(manifest.configuration) : nil
      return try ImageContent(manifest: bytes, mediaType: mediaType, configuration: configuration, expected: expected)
    case .index(let index):
      guard depth < Self.maximumDepth else {
        throw StoreError(.tooLarge, "the index is nested more than \(Self.maximumDepth) deep; import its images one by one")
      }
      var children: [ImageContent] = []
      for descriptor in index.manifests where descriptor.mediaType.isManifest || descriptor.mediaType.isIndex {
        let child = try await manifest(descriptor)
        children.append(try await content(child, descriptor.mediaType, descriptor.digest, depth: depth + 1, &fetched, progress))
      }
      return try ImageContent(manifest: bytes, mediaType: mediaType, children: children, expected: expected)
    }
  }
}
