public import MVCC
public import OCI

/// A tag that a policy may choose.
public struct PolicyCandidate: Hashable, Sendable {
  /// The tag's own name, without its stream.
  public let tag: String

  /// The image that it points at.
  public let image: Digest

  /// When the tag first pointed at that image without a break, by the store's own clock: what an image says of its creation can be forged.
  public let firstSeen: Timestamp

  /// What the image runs on, one for each image of an index; nil when the store does not have the image.
  public let platforms: [Platform]?

  /// A candidate of those parts.
  public init(tag: String, image: Digest, firstSeen: Timestamp, platforms: [Platform]? = nil) {
    self.tag = tag
    self.image = image
    self.firstSeen = firstSeen
    self.platforms = platforms
  }
}
