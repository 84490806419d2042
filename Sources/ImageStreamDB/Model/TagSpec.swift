/// What a tag is meant to be: OpenShift's TagReference, an entry of a stream's `spec.tags`.
///
/// What it *is* stands beside it (`Tag.newest`); an import, a push or a rollback changes that and leaves the spec.
public struct TagSpec: Hashable, Sendable {
  /// How an index of images for several platforms is imported.
  public enum ImportMode: String, Hashable, Sendable, CaseIterable {
    /// One image of it, for one platform.
    case legacy = "Legacy"
    /// Whole, with every image below it.
    case preserveOriginal = "PreserveOriginal"
  }

  /// Where the tag's image is to be pulled from.
  public enum ReferencePolicy: String, Hashable, Sendable, CaseIterable {
    /// From where it is.
    case source = "Source"
    /// Through the store's own registry, when it has one (`RegistryHosts`).
    case local = "Local"
  }

  /// What it is made from; nil for a tag that is only pushed to.
  public var source: TagSource?
  /// For people and tools; kept, not interpreted, but for those that OpenShift gives a meaning.
  public var annotations: [String: String]
  /// Whether the source is only named: no image is looked up, and the pull spec is what the source says.
  public var isReference: Bool
  /// Whether plain HTTP and unverified TLS are allowed.
  public var isInsecure: Bool
  /// Whether it is imported again from time to time.
  public var isScheduled: Bool
  /// How an index is imported; nil leaves it to the importer, which keeps it whole.
  public var importMode: ImportMode?
  /// Where the image is to be pulled from.
  public var referencePolicy: ReferencePolicy
  /// Whether a tag of *another* stream is followed as it moves. Tags of the same stream always are.
  public var follows: Bool
  /// The stream's generation when this was last changed; nil when it never was in a store, 0 to ask for another import.
  public var generation: Int64?

  /// What a tag is meant to be.
  public init(
    source: TagSource? = nil, annotations: [String: String] = [:], isReference: Bool = false, isInsecure: Bool = false,
    isScheduled: Bool = false, importMode: ImportMode? = nil, referencePolicy: ReferencePolicy = .source, follows: Bool = false,
    generation: Int64? = nil
  ) {
    self.source = source
    self.annotations = annotations
    self.isReference = isReference
    self.isInsecure = isInsecure
    self.isScheduled = isScheduled
    self.importMode = importMode
    self.referencePolicy = referencePolicy
    self.follows = follows
    self.generation = generation
  }

  /// Whether an import can fill the tag: a source outside of the store that is to be looked up.
  public var isImportable: Bool {
    switch source {
    case .registryImage, .layout: !isReference
    default: false
    }
  }
}
