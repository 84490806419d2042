/// Where imports take a tag from, and how.
public struct ImportSource: Hashable, Sendable {
  /// A reference such as `quay.io/shop/web:1.4`, or `oci:` and the path of a layout.
  public let reference: String
  /// Whether plain HTTP and unverified TLS are allowed.
  public let isInsecure: Bool
  /// Whether it is imported again from time to time.
  public let isScheduled: Bool
  /// How an index is imported; nil leaves it to the importer.
  public let mode: TagSpec.ImportMode?
  /// Where the image is to be pulled from, for a tag that has no spec yet.
  public let referencePolicy: TagSpec.ReferencePolicy

  /// A source.
  public init(
    reference: String, isInsecure: Bool = false, isScheduled: Bool = false, mode: TagSpec.ImportMode? = nil,
    referencePolicy: TagSpec.ReferencePolicy = .source
  ) {
    self.reference = reference
    self.isInsecure = isInsecure
    self.isScheduled = isScheduled
    self.mode = mode
    self.referencePolicy = referencePolicy
  }

  /// The source that a spec names; nil when imports have none.
  init?(_ spec: TagSpec) {
    guard spec.isImportable, let source = spec.source else { return nil }
    self.init(
      reference: source.name, isInsecure: spec.isInsecure, isScheduled: spec.isScheduled, mode: spec.importMode,
      referencePolicy: spec.referencePolicy)
  }
}
