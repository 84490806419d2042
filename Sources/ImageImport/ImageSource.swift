public import ImageStreamDB

/// Somewhere that images come from: a registry, or a layout in files.
public protocol ImageSource: Sendable {
  /// What the source calls the image, and how it is read: what a later import of the same tag begins with.
  var importSource: ImportSource { get }

  /// The repository that the image is in, such as `quay.io/shop/web`; nil when it is in no registry.
  var repository: String? { get }

  /// The tag that the source gives the image; nil when it was named by digest.
  var tag: String? { get }

  /// The bytes of the manifest that the source names, of its configuration, and of what is below it. Every part is checked against its digest.
  ///
  /// - Throws: `StoreError`, `OCIError` or `RegistryError`.
  func content(_ progress: @Sendable (ImportProgress) -> Void) async throws -> ImageContent
}

/// How far an import is.
public struct ImportProgress: Hashable, Sendable {
  /// The part that was fetched last.
  public let digest: Digest
  /// Parts fetched.
  public let fetched: Int
}
