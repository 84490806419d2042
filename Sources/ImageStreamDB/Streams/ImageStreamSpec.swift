/// What an image stream is meant to be, whole: the part of OpenShift's ImageStream that its users write.
public struct ImageStreamSpec: Hashable, Sendable {
  /// For selecting streams by.
  public var labels: [String: String]
  /// For people and tools.
  public var annotations: [String: String]
  /// Whether short names of workloads in its namespace are looked up in it.
  public var usesLocalLookup: Bool
  /// The repository that imports of the whole stream read.
  public var repository: String?
  /// Its tags. A tag that is not here loses its spec, and keeps what it points at with its history.
  public var tags: [String: TagSpec]
  /// What the object had in its metadata besides, as JSON; kept for whoever wrote it.
  public var metadata: String

  /// A spec.
  public init(
    labels: [String: String] = [:], annotations: [String: String] = [:], usesLocalLookup: Bool = false, repository: String? = nil,
    tags: [String: TagSpec] = [:], metadata: String = ""
  ) {
    self.labels = labels
    self.annotations = annotations
    self.usesLocalLookup = usesLocalLookup
    self.repository = repository
    self.tags = tags
    self.metadata = metadata
  }
}
