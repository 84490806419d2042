/// Where imports take a tag from.
public struct ImportSource: Hashable, Sendable {
  /// A reference such as `quay.io/shop/web:1.4`, or the path of a layout.
  public let reference: String
  /// Whether plain HTTP and unverified TLS are allowed.
  public let isInsecure: Bool

  /// A source.
  public init(reference: String, isInsecure: Bool = false) {
    self.reference = reference
    self.isInsecure = isInsecure
  }
}
