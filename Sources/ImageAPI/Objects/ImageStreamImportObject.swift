/// The command to import images from registries into a stream, and its answer.
public struct ImageStreamImportObject: APIObjectPart {
  public static let kind = "ImageStreamImport"
  public var apiVersion: String = Self.apiVersion
  /// The stream's name and namespace; a resource version or uid makes the import conditional.
  public var metadata: ObjectMeta
  /// What is asked for.
  public var spec: Spec
  /// What came of it.
  public var status: Status

  /// An import.
  public init(metadata: ObjectMeta, spec: Spec) {
    self.metadata = metadata
    self.spec = spec
    status = Status()
  }

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
}

extension ImageStreamImportObject {
  /// What is to be imported.
  public struct Spec: Hashable, Sendable, ObjectPart {
    /// Whether anything is written; else the answer only shows what would be found.
    public var `import` = false
    /// A whole repository.
    public var repository: RepositoryImport?
    /// Single images.
    public var images: [ImageImport] = []

    /// Nothing.
    public init() {}

    init(_ fields: inout FieldReader) throws(ObjectError) {
      `import` = try fields.boolean("import")
      repository = try fields.part("repository")
      images = try fields.parts("images")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("import", .boolean(`import`))
      fields.add("repository", repository)
      fields.add("images", images)
    }
  }

  /// A repository to import.
  public struct RepositoryImport: Hashable, Sendable, ObjectPart {
    /// Where it is.
    public var from: ObjectReference
    /// How its tags are imported.
    public var importPolicy = TagImportPolicy()
    /// Where its tags are pulled from.
    public var referencePolicy = TagReferencePolicy()
    /// Whether the answer has the manifests' texts.
    public var includeManifest = false

    init(_ fields: inout FieldReader) throws(ObjectError) {
      from = try fields.part("from") ?? ObjectReference(kind: "", name: "")
      importPolicy = try fields.part("importPolicy") ?? TagImportPolicy()
      referencePolicy = try fields.part("referencePolicy") ?? TagReferencePolicy()
      includeManifest = try fields.boolean("includeManifest")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("from", from)
      fields.always("importPolicy", importPolicy)
      fields.always("referencePolicy", referencePolicy)
      fields.add("includeManifest", includeManifest)
    }
  }

  /// An image to import.
  public struct ImageImport: Hashable, Sendable, ObjectPart {
    /// Where it is.
    public var from: ObjectReference
    /// The tag that gets it; nil for none.
    public var to: String?
    /// How it is imported.
    public var importPolicy = TagImportPolicy()
    /// Where it is pulled from.
    public var referencePolicy = TagReferencePolicy()
    /// Whether the answer has the manifest's text.
    public var includeManifest = false

    init(_ fields: inout FieldReader) throws(ObjectError) {
      from = try fields.part("from") ?? ObjectReference(kind: "", name: "")
      to = try fields.part("to", LocalObjectReference.self)?.name
      importPolicy = try fields.part("importPolicy") ?? TagImportPolicy()
      referencePolicy = try fields.part("referencePolicy") ?? TagReferencePolicy()
      includeManifest = try fields.boolean("includeManifest")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("from", from)
      fields.add("to", to.map { LocalObjectReference(name: $0) })
      fields.always("importPolicy", importPolicy)
      fields.always("referencePolicy", referencePolicy)
      fields.add("includeManifest", includeManifest)
    }
  }

  /// What came of an import.
  public struct Status: Hashable, Sendable, ObjectPart {
    /// The stream as it is now.
    public var `import`: ImageStreamObject?
    /// What came of the repository.
    public var repository: RepositoryStatus?
    /// What came of each image, in the order asked for.
    public var images: [ImageStatus] = []

    init() {}

    init(_ fields: inout FieldReader) throws(ObjectError) {
      `import` = try fields.part("import")
      repository = try fields.part("repository")
      images = try fields.parts("images")
    }

    func write(_ fields: inout FieldWriter) {
      fields.add("import", `import`)
      fields.add("repository", repository)
      fields.add("images", images)
    }
  }

  /// What came of a repository.
  public struct RepositoryStatus: Hashable, Sendable, ObjectPart {
    /// Whether it could be listed.
    public var status = StatusObject()
    /// What came of each of its tags.
    public var images: [ImageStatus] = []
    /// Tags beyond the limit, which were not imported.
    public var additionalTags: [String] = []

    init(_ fields: inout FieldReader) throws(ObjectError) {
      status = try fields.part("status") ?? StatusObject()
      images = try fields.parts("images")
      additionalTags = try fields.strings("additionalTags")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("status", status)
      fields.add("images", images)
      fields.add("additionalTags", additionalTags)
    }
  }

  /// What came of one image.
  public struct ImageStatus: Hashable, Sendable, ObjectPart {
    /// Whether it was found.
    public var status = StatusObject()
    /// The image.
    public var image: ImageObject?
    /// The tag that got it.
    public var tag = ""
    /// The images of an index.
    public var manifests: [ImageObject] = []

    init(_ fields: inout FieldReader) throws(ObjectError) {
      status = try fields.part("status") ?? StatusObject()
      image = try fields.part("image")
      tag = try fields.string("tag")
      manifests = try fields.parts("manifests")
    }

    func write(_ fields: inout FieldWriter) {
      fields.always("status", status)
      fields.add("image", image)
      fields.add("tag", tag)
      fields.add("manifests", manifests)
    }
  }

  /// A name in the same namespace (Kubernetes, `corev1.LocalObjectReference`).
  struct LocalObjectReference: ObjectPart {
    let name: String

    init(name: String) { self.name = name }

    init(_ fields: inout FieldReader) throws(ObjectError) { name = try fields.string("name") }

    func write(_ fields: inout FieldWriter) { fields.add("name", name) }
  }
}
