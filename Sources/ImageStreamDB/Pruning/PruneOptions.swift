public import MVCC

/// What pruning keeps.
///
/// Reference: `oc adm prune images`.
public struct PruneOptions: Hashable, Sendable {
  /// Which limits of an image's size count, in bytes; what is over them goes, whatever its age.
  public struct SizeLimits: Hashable, Sendable {
    /// The limit of namespaces that have none of their own; nil means no limit.
    public var everywhere: Int?
    /// The limits of namespaces.
    public var namespaces: [String: Int]

    /// Limits.
    public init(everywhere: Int? = nil, namespaces: [String: Int] = [:]) {
      self.everywhere = everywhere
      self.namespaces = namespaces
    }

    func limit(of namespace: String) -> Int? { namespaces[namespace] ?? everywhere }
  }

  /// Events, streams and images younger than this stay.
  public var keepYoungerThan: Duration = .seconds(3600)
  /// So many of a tag's newest events stay.
  public var keepTagRevisions = 3
  /// With limits, only events whose image is over them go, and neither age nor number keeps one; nil goes by age and number.
  public var sizeLimits: SizeLimits?
  /// Whether only images go that are managed: those in the store's own registry (`RegistryHosts`), and those whose annotation
  /// `openshift.io/image.managed` is `true`. Events go as ever.
  public var onlyManaged = false
  /// The one namespace whose histories are pruned; images, which belong to no namespace, then stay. Nil means all of them.
  public var namespace: String?
  /// From when ages are counted; nil means from when pruning begins.
  public var time: Timestamp?

  /// OpenShift's defaults.
  public init() {}

  /// - Throws: `StoreError` with code `invalidArgument` for a negative number or length of time, or a bad namespace.
  func check() throws(StoreError) {
    guard keepTagRevisions >= 0, keepYoungerThan >= .zero else {
      throw StoreError(
        .invalidArgument, "pruning keeps \(keepTagRevisions) events younger than \(keepYoungerThan); give 0 or more of both")
    }
    for namespace in [namespace].compactMap({ $0 }) + (sizeLimits.map { Array($0.namespaces.keys) } ?? [])
    where !NameRules.isNamespace(namespace[...]) {
      throw NameRules.invalid(
        namespace, "a namespace", "it takes 1 to \(NameRules.maximumNamespaceBytes) lower-case letters, digits and inner hyphens")
    }
  }
}
