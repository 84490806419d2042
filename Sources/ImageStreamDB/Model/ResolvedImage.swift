internal import MVCC
public import OCI

/// What a name stands for: one image, by digest.
public struct ResolvedImage: Hashable, Sendable {
  /// The image.
  public let image: Digest
  /// Where to pull exactly it from, such as `quay.io/shop/web@sha256:…`.
  public let pullSpec: String
  /// The event that made it so.
  public let event: TagEvent
}

/// A tag that has, or had, an image.
public struct TagReference: Hashable, Sendable {
  /// The tag.
  public let tag: ImageStreamTagName
  /// Events of its history that point at the image.
  public let eventCount: Int64
  /// The newest of them.
  public let newestSequence: Int64
  /// Whether the tag points at the image now.
  public let isCurrent: Bool
}
