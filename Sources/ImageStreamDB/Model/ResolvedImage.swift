public import OCI

/// What a name stands for: one image, by digest.
public struct ResolvedImage: Hashable, Sendable {
  /// The image.
  public let image: Digest
  /// Where to pull exactly it from, such as `quay.io/shop/web@sha256:…`.
  public let pullSpec: String
  /// The event that made it so. For one image of an index, the event's own image is the index.
  public let event: TagEvent
}
