public import OCI

/// What a tag is to point at.
public enum TagTarget: Hashable, Sendable {
  /// An image by reference and digest, such as `quay.io/shop/web@sha256:…`. Its metadata need not have been imported.
  case reference(Reference)

  /// Whatever a reference names, as it is: no image is looked up, and the pull spec is the reference.
  case unresolved(Reference)

  /// An image of this store, which has been imported. Its pull spec is given, or made from the repository that it was imported from.
  case image(Digest, pullSpec: String?)

  /// What another tag points at now. It is not followed later.
  case tag(ImageStreamTagName)

  /// What another tag points at, now and whenever that moves; also across streams.
  case following(ImageStreamTagName)

  /// An image that a stream has or had, by digest or the beginning of one.
  case streamImage(ImageStreamImageName)
}
