public import OCI

/// A tag that has, or had, an image: by itself, or in an index of images for several platforms.
public struct TagReference: Hashable, Sendable {
  /// The tag.
  public let tag: ImageStreamTagName
  /// Events of its history that point at the image or index.
  public let eventCount: Int64
  /// The newest of them.
  public let newestSequence: Int64
  /// Whether the tag points at the image, or the index that has it, now.
  public let isCurrent: Bool
  /// The index that the tag's events point at and that has the image; nil when they point at the image itself.
  public let index: Digest?
}
