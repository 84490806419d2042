internal import MVCC
internal import OCI

/// Where to pull exactly one image from: a reference by the image's digest.
///
/// A place that is named by a tag alone can change what it stands for, so none is ever kept: what a tag resolved to yesterday can be pulled today.
enum PullSpec {
  /// The pull spec in `text`, as it is written there.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when it is no reference, or not by the digest of `image`.
  static func checked(_ text: String, for image: Digest) throws(StoreError) -> String {
    guard try reference(text).digest == image else {
      throw StoreError(.invalidArgument, "the pull spec \(text.quotedForMessage) is not by digest \(image); write name@\(image)")
    }
    return text
  }

  /// The pull spec of `image` in the repository of another one.
  static func of(_ image: Digest, besides text: String) throws(StoreError) -> String {
    "\(try reference(text).spelledName)@\(image)"
  }

  private static func reference(_ text: String) throws(StoreError) -> Reference {
    do { return try Reference(text) } catch { throw StoreError(error) }
  }
}
