/// An image stream: what its tags should be (`spec`) and what they are and were (`status`).
public struct ImageStreamObject: APIObjectPart {
  public static let kind = "ImageStream"
  public var apiVersion: String = Self.apiVersion
  public var metadata: ObjectMeta
  /// What is asked for.
  public var spec = Spec()
  /// What is.
  public var status = Status()

  /// A stream without tags.
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError) {
    self.apiVersion = apiVersion
    self.metadata = metadata
    spec = try fields.part("spec") ?? Spec()
    status = try fields.part("status") ?? Status()
  }

  func writeContent(_ fields: inout FieldWriter) {
    fields.always("spec", spec)
    fields.always("status", status)
  }

  /// The stream with its tags sorted by name and one of each, as a cluster keeps them; of equal names the last one counts.
  public var canonical: ImageStreamObject {
    var stream = self
    stream.spec.tags = Self.sorted(spec.tags, by: \.name)
    stream.status.tags = Self.sorted(status.tags, by: \.tag)
    return stream
  }

  /// The stream as its users ask for it, without what a server says: status, generations, identity, version and time.
  public var withoutStatus: ImageStreamObject {
    var stream = self
    stream.status = Status()
    stream.metadata.uid = ""
    stream.metadata.resourceVersion = ""
    stream.metadata.generation = 0
    stream.metadata.creationTimestamp = nil
    for index in stream.spec.tags.indices { stream.spec.tags[index].generation = nil }
    return stream
  }

  private static func sorted<Element>(_ elements: [Element], by name: KeyPath<Element, String>) -> [Element] {
    Dictionary(elements.map { ($0[keyPath: name], $0) }) { _, last in last }.values
      .sorted { $0[keyPath: name].utf8.lexicographicallyPrecedes($1[keyPath: name].utf8) }
  }
}

extension ImageStreamObject {
  /// What is asked of a stream.
  public struct Spec: Hashable, Sendable {
    /// Whether workloads of the namespace may name the stream like an image.
    public var lookupPolicy = ImageLookupPolicy()
    /// A repository whose tags are all imported; the API calls it deprecated.
    public var dockerImageRepository = ""
    /// The tags that are asked for, in the order in which they were read.
    public var tags: [TagReference] = []

    /// Nothing asked for.
    public init() {}
  }

  /// What the tags of a stream are and were.
  public struct Status: Hashable, Sendable {
    /// Where the internal registry serves the stream, or the repository of the specification.
    public var dockerImageRepository = ""
    /// Where it is served to the outside.
    public var publicDockerImageRepository = ""
    /// The histories of tags, in the order in which they were read.
    public var tags: [NamedTagEventList] = []

    /// No tags.
    public init() {}
  }
}

extension ImageStreamObject.Spec: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    lookupPolicy = try fields.part("lookupPolicy") ?? ImageLookupPolicy()
    dockerImageRepository = try fields.string("dockerImageRepository")
    tags = try fields.parts("tags")
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("lookupPolicy", lookupPolicy)
    fields.add("dockerImageRepository", dockerImageRepository)
    fields.add("tags", tags)
  }
}

extension ImageStreamObject.Status: ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    dockerImageRepository = try fields.string("dockerImageRepository")
    publicDockerImageRepository = try fields.string("publicDockerImageRepository")
    tags = try fields.parts("tags")
  }

  func write(_ fields: inout FieldWriter) {
    fields.always("dockerImageRepository", dockerImageRepository)
    fields.add("publicDockerImageRepository", publicDockerImageRepository)
    fields.add("tags", tags)
  }
}

/// Whether a stream's name stands for its images.
public struct ImageLookupPolicy: Hashable, Sendable, ObjectPart {
  /// Whether workloads of the namespace may name the stream like an image.
  public var local = false

  /// A policy.
  public init(local: Bool = false) { self.local = local }

  init(_ fields: inout FieldReader) throws(ObjectError) { local = try fields.boolean("local") }

  func write(_ fields: inout FieldWriter) { fields.always("local", .boolean(local)) }
}
