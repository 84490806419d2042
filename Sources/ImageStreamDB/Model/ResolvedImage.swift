public import OCI

/// What a name stands for: one image by digest, or what a reference tag names.
public struct ResolvedImage: Hashable, Sendable {
  /// The image; nil for a tag that only names a reference (`TagSpec.isReference`).
  public let image: Digest?
  /// Where to pull it from, such as `quay.io/shop/web@sha256:…`; by digest whenever the image is known, unless an applied object says otherwise.
  public let pullSpec: String
  /// The event that made it so. For one image of an index, the event's own image is the index.
  public let event: TagEvent
}
