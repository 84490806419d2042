import ImageAPI
import ImageStreamDB
import TestSupport
import Testing

/// What a change of a stream's object does in a store, by OpenShift's rules.
@Suite struct StoredObjectTests {
  typealias Fixture = ObjectFixtures

  static let one = ImageFixtures.reference("one")
  static let two = ImageFixtures.reference("two")

  static func withStore(_ body: (ImageStore) async throws -> Void) async throws {
    try await withImageStore { store in
      try await store.write { try $0.setRegistryHosts(RegistryHosts(inside: Fixture.registry, outside: "registry.example.com")) }
      try await body(store)
    }
  }

  static func create(_ store: ImageStore, _ stream: ImageStreamObject) async throws -> ImageStreamObject {
    try await store.write { try $0.create(stream) }.value
  }

  static func update(_ store: ImageStore, _ stream: ImageStreamObject) async throws -> ImageStreamObject {
    try await store.write { try $0.update(stream) }.value
  }

  static func read(_ store: ImageStore, _ name: ImageStreamName) throws -> ImageStreamObject {
    try #require(try store.read { try $0.imageStreamObject(name) })
  }

  @Test func `a stream is made at generation 1 without the status that was asked for`() async throws {
    try await Self.withStore { store in
      var request = Fixture.stored("web", tags: [Fixture.tag("1", "DockerImage", "quay.io/a/b:1")], ["1": [Fixture.event(0)]])
      request.metadata.uid = "other"
      request.metadata.generation = 77
      let stream = try await Self.create(store, request)
      #expect(stream.metadata.generation == 1)
      #expect(stream.metadata.uid != "other" && stream.metadata.uid.count == 36)
      #expect(stream.spec.tags.map(\.generation) == [1])
      #expect(stream.status.tags == [])
      #expect(stream.status.dockerImageRepository == "registry.local:5000/shop/web")
      #expect(stream.status.publicDockerImageRepository == "registry.example.com/shop/web")
      #expect(try stream == Self.read(store, "shop/web"))
      await Fixture.expectRefusal(409) { try await Self.create(store, request) }
    }
  }

  @Test func `what the metadata has besides is kept for whoever wrote it`() async throws {
    try await Self.withStore { store in
      var request = Fixture.stream("web")
      request.metadata.labels = ["app": "web"]
      request.metadata.annotations = ["note": "x"]
      request.metadata.ownerReferences = [
        .object(["apiVersion", "kind", "name", "uid"].map { JSONValue.Member($0, .string("x")) })
      ]
      request.metadata.others = [
        JSONValue.Member("finalizers", .array([.string("a/b")])), JSONValue.Member("managedFields", .array([])),
      ]
      let stream = try await Self.create(store, request)
      #expect(stream.metadata.labels == request.metadata.labels)
      #expect(stream.metadata.annotations == request.metadata.annotations)
      #expect(stream.metadata.ownerReferences == request.metadata.ownerReferences)
      #expect(stream.metadata.others == [request.metadata.others[0]])
    }
  }

  @Test func `a reference tag gets an event without an image`() async throws {
    try await Self.withStore { store in
      var tag = Fixture.tag("latest", "DockerImage", "quay.io/a/b:1")
      tag.reference = true
      let stream = try await Self.create(store, Fixture.stream("web", tags: [tag]))
      #expect(Fixture.items(stream, "latest").map(\.dockerImageReference) == ["quay.io/a/b:1"])
      #expect(Fixture.items(stream, "latest").map(\.image) == [""])
      #expect(Fixture.items(stream, "latest").map(\.generation) == [1])
    }
  }

  @Test func `a tag that names a tag of another stream is a snapshot, and one that names nothing yet waits`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/base:1", as: Self.one)
      let stream = try await Self.create(
        store,
        Fixture.stream("web", tags: [Fixture.tag("latest", "ImageStreamTag", "base:1"), Fixture.tag("none", "ImageStreamTag", "base:2")]))
      #expect(Fixture.items(stream, "latest").map(\.dockerImageReference) == ["\(Self.one)"])
      #expect(Fixture.items(stream, "none") == [])
      try await store.tag("shop/base:1", as: Self.two)
      #expect(try Fixture.items(Self.read(store, "shop/web"), "latest").count == 1)
    }
  }

  @Test func `a tag with the annotation follows a tag of another stream`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/base:1", as: Self.one)
      var tag = Fixture.tag("latest", "ImageStreamTag", "base:1")
      tag.annotations = ["imagestreamdb/follow": "true"]
      let stream = try await Self.create(store, Fixture.stream("web", tags: [tag]))
      #expect(stream.specTag("latest")?.annotations == tag.annotations)
      try await store.tag("shop/base:1", as: Self.two)
      #expect(
        try Fixture.items(Self.read(store, "shop/web"), "latest").map(\.dockerImageReference) == ["\(Self.two)", "\(Self.one)"]
          || Fixture.items(Self.read(store, "shop/web"), "latest").map(\.dockerImageReference) == ["\(Self.two)"])
    }
  }

  @Test func `a tag that names an image by the beginning of its digest gets it`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/base:1", as: Self.one)
      try await store.tag("shop/base:1", as: Self.two)
      let digest = try #require(Self.one.digest)
      let tag = Fixture.tag("latest", "ImageStreamImage", "base@\(digest.description.prefix(7 + 12))")
      let stream = try await Self.create(store, Fixture.stream("web", tags: [tag]))
      #expect(Fixture.items(stream, "latest").map(\.image) == ["\(digest)"])
      let missing = Fixture.tag("old", "ImageStreamImage", "base@\(Fixture.digests[3])")
      let refusal = await Fixture.refusal { try await Self.create(store, Fixture.stream("api", tags: [missing])) }
      #expect(refusal?.code == 422)
      #expect(
        refusal?.message.contains("spec.tags[old].from.name: Invalid value: \"base@\(Fixture.digests[3])\": error generating tag event")
          == true)
    }
  }

  @Test func `a pull spec of the internal registry is moved to the stream that takes it unless the tag only refers`() async throws {
    try await Self.withStore { store in
      let digest = try #require(Self.one.digest)
      try await store.write {
        try $0.makeImageStream("shop/base")
        try $0.push(digest, to: "shop/base:1")
      }
      var reference = Fixture.tag("reference", "ImageStreamTag", "base:1")
      reference.reference = true
      let stream = try await Self.create(
        store, Fixture.stream("web", tags: [Fixture.tag("latest", "ImageStreamTag", "base:1"), reference]))
      #expect(Fixture.items(stream, "latest").map(\.dockerImageReference) == ["registry.local:5000/shop/web@\(digest)"])
      #expect(Fixture.items(stream, "reference").map(\.dockerImageReference) == ["registry.local:5000/shop/base@\(digest)"])
    }
  }

  @Test func `what a tag names must be there and be named with one separator`() async throws {
    try await Self.withStore { store in
      let tags = [Fixture.tag("a", "ImageStreamTag", "base:1"), Fixture.tag("b", "ImageStreamTag", "a:b:c")]
      let refusal = await Fixture.refusal { try await Self.create(store, Fixture.stream("web", tags: tags)) }
      #expect(refusal?.code == 422)
      #expect(
        refusal?.message
          == "ImageStream.image.openshift.io \"web\" is invalid: []: Internal error: imagestreams \"web\" is invalid: "
          + "[spec.tags[a].from.name: Not found: \"base:1\", spec.tags[b].from.name: Invalid value: \"a:b:c\": must be of the form <tag>, "
          + "<repo>:<tag>, <id>, or <repo>@<id>]")
      let made = try store.read { try $0.imageStream("shop/web") }
      #expect(made == nil)
    }
  }

  @Test func `a change of one tag moves its generation and the stream's alone`() async throws {
    try await Self.withStore { store in
      let tags = [Fixture.tag("a", "DockerImage", "quay.io/a/b:1"), Fixture.tag("b", "DockerImage", "quay.io/a/b:2")]
      var request = try await Self.create(store, Fixture.stream("web", tags: tags))
      request.spec.tags[0].from?.name = "quay.io/a/b:3"
      request.spec.tags[1].generation = 77
      let changed = try await Self.update(store, request)
      #expect(changed.metadata.generation == 2)
      #expect(changed.spec.tags.map(\.generation) == [2, 1])
    }
  }

  @Test func `annotations of a tag move the stream's generation and those of the stream none`() async throws {
    try await Self.withStore { store in
      var request = try await Self.create(store, Fixture.stream("web", tags: [Fixture.tag("a", "DockerImage", "quay.io/a/b:1")]))
      request.spec.tags[0].annotations = ["x": "y"]
      request.spec.tags[0].importPolicy.scheduled = true
      request = try await Self.update(store, request)
      #expect(request.metadata.generation == 2)
      #expect(request.spec.tags.map(\.generation) == [1])
      request.metadata.labels = ["x": "y"]
      request = try await Self.update(store, request)
      #expect(request.metadata.generation == 2)
      #expect(request.metadata.labels == ["x": "y"])
    }
  }

  @Test func `generation zero asks for a new import`() async throws {
    try await Self.withStore { store in
      var request = try await Self.create(store, Fixture.stream("web", tags: [Fixture.tag("a", "DockerImage", "quay.io/a/b:1")]))
      request.spec.tags[0].generation = 0
      let changed = try await Self.update(store, request)
      #expect(changed.metadata.generation == 2)
      #expect(changed.spec.tags.map(\.generation) == [2])
      #expect(changed.isPending("a"))
    }
  }

  @Test func `generation zero takes no other snapshot, and a snapshot leaves its source as it is`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/web:1", as: Self.one)
      var request = try Self.read(store, "shop/web")
      request.spec.tags.append(Fixture.tag("snapshot", "ImageStreamTag", "base:1"))
      try await store.tag("shop/base:1", as: Self.one)
      request = try await Self.update(store, request)
      #expect(Fixture.items(request, "snapshot").map(\.generation) == [2])
      #expect(Fixture.items(request, "1").map(\.generation) == [1])
      try await store.tag("shop/base:1", as: Self.two)
      request.spec.tags[1].generation = 0
      let changed = try await Self.update(store, request)
      #expect(changed.spec.tags.map(\.generation) == [1, 3])
      #expect(Fixture.items(changed, "snapshot").map(\.dockerImageReference) == ["\(Self.one)"])
    }
  }

  @Test func `the status of a request does not count and a removed tag keeps its history`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/web:a", as: Self.one)
      var request = try Self.read(store, "shop/web")
      #expect(request.spec.tags.map(\.name) == ["a"])
      request.spec.tags = []
      request.status.tags = []
      let changed = try await Self.update(store, request)
      #expect(changed.spec.tags == [])
      #expect(Fixture.items(changed, "a").map(\.dockerImageReference) == ["\(Self.one)"])
      #expect(try store.read { try $0.resolve("shop/web:a" as ImageStreamTagName) }.pullSpec == "\(Self.one)")
    }
  }

  @Test func `tags that track a tag of the same stream move with it`() async throws {
    try await Self.withStore { store in
      let tags = [
        Fixture.tag("a", "DockerImage", "quay.io/a/b:1"), Fixture.tag("alias", "ImageStreamTag", "a"),
        Fixture.tag("far", "ImageStreamTag", "web:alias"),
      ]
      _ = try await Self.create(store, Fixture.stream("web", tags: tags))
      let digest = try #require(Self.one.digest)
      try await store.write { try $0.push(digest, to: "shop/web:a") }
      let stream = try Self.read(store, "shop/web")
      #expect(Fixture.items(stream, "alias") == Fixture.items(stream, "a"))
      #expect(Fixture.items(stream, "alias").map(\.image) == ["\(digest)"])
      #expect(Fixture.items(stream, "far") == Fixture.items(stream, "a"))
      #expect(stream.metadata.generation == 1)
    }
  }

  @Test func `a request that was made from another state is refused`() async throws {
    try await Self.withStore { store in
      let old = try await Self.create(store, Fixture.stream("web"))
      try await store.tag("shop/web:a", as: Self.one)
      let conflict = await Fixture.refusal { try await Self.update(store, old) }
      #expect(conflict?.code == 409)
      #expect(
        conflict?.message
          == "Operation cannot be fulfilled on imagestreams.image.openshift.io \"web\": the object has been modified; please apply your "
          + "changes to the latest version and try again")
      var request = try Self.read(store, "shop/web")
      request.metadata.uid = "other"
      await Fixture.expectRefusal(409) { [request] in try await Self.update(store, request) }
      request.metadata.resourceVersion = ""
      await Fixture.expectRefusal(422) { [request] in try await Self.update(store, request) }
      await Fixture.expectRefusal(404) { try await Self.update(store, Fixture.stream("none")) }
    }
  }

  @Test func `a store's own object is applied without a change`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/web:a", as: Self.one)
      try await store.tag("shop/web:b", as: .following("shop/web:a"))
      let object = try Self.read(store, "shop/web")
      let revision = try store.keyValues.revision()
      let applied = try await store.write { try $0.apply(.imageStream(object)) }.value
      #expect(applied.name == "imagestream shop/web" && applied.outcome == .unchanged)
      #expect(try store.keyValues.revision() == revision)
    }
  }

  @Test func `an object of another cluster is applied without its version, and this store's own with it`() async throws {
    try await Self.withStore { store in
      let stale = try await Self.create(store, Fixture.stream("web"))
      try await store.tag("shop/web:a", as: Self.one)
      await Fixture.expectRefusal(409) { try await store.write { try $0.apply(.imageStream(stale)) } }
      var foreign = stale
      foreign.metadata.uid = "other"
      foreign.metadata.labels = ["x": "y"]
      let changed = try await store.write { [foreign] in try $0.apply(.imageStream(foreign)) }.value
      #expect(changed.outcome == .configured)
      let new = try await store.write { try $0.apply(.imageStream(Fixture.stream("new"))) }.value
      #expect(new.outcome == .created)
    }
  }

  @Test func `a stream that comes from a cluster is adopted with its histories, once`() async throws {
    try await Self.withStore { store in
      var object = Fixture.stored(
        "web", tags: [Fixture.tag("latest", "ImageStreamTag", "left-behind:1")],
        [
          "latest": [Fixture.event(1, at: 20, generation: 7, repository: "quay.io/c/d"), Fixture.event(0, at: 10, generation: 4)],
          "old": [],
        ])
      object.metadata.generation = 9
      object.metadata.creationTimestamp = ObjectTime(Fixture.time(5))
      object.spec.tags[0].generation = 7
      object.status.tags[1].conditions = [
        ImageStreamObject.TagEventCondition(
          reason: "NotFound", message: "gone", lastTransitionTime: ObjectTime(Fixture.time(6)), generation: 9)
      ]
      let adopted = try await store.write { [object] in try $0.adopt(object) }.value
      #expect(adopted.spec == object.spec)
      #expect(adopted.status.tags == object.status.tags)
      #expect(adopted.metadata.generation == 9)
      #expect(adopted.metadata.creationTimestamp == object.metadata.creationTimestamp)
      await Fixture.expectRefusal(409) { [object] in try await store.write { try $0.adopt(object) } }
      try await store.rollback("shop/web:latest")
      #expect(try Fixture.items(Self.read(store, "shop/web"), "latest").map(\.image) == [0, 1, 0].map { Fixture.digests[$0] })
      try await store.removeImageStream("shop/web")
      object.status.tags[0].items[0].dockerImageReference = "${X}"
      await Fixture.expectRefusal(422) { [object] in try await store.write { try $0.adopt(object) } }
    }
  }

  static func tagObject(_ name: String, _ tag: ImageStreamObject.TagReference?) -> AnyAPIObject {
    var object = ImageStreamTagObject(metadata: ObjectMeta(name: name, namespace: "shop"))
    object.tag = tag
    return .imageStreamTag(object)
  }

  @Test func `tags, pushes and images are applied`() async throws {
    try await Self.withStore { store in
      let outcome = { (object: AnyAPIObject) in try await store.write { try $0.apply(object) }.value.outcome }
      let tag = Self.tagObject("web:a", Fixture.tag("a", "DockerImage", "quay.io/a/b:1"))
      #expect(try await outcome(tag) == .created)
      #expect(try await outcome(tag) == .unchanged)
      #expect(try await outcome(Self.tagObject("web:a", Fixture.tag("a", "DockerImage", "quay.io/a/b:2"))) == .configured)
      let content = try ImageFixtures.image("web")
      var image = ImageObject(metadata: ObjectMeta(name: "\(content.digest)"))
      await Fixture.expectRefusal(422) { [image] in try await outcome(.image(image)) }
      image.dockerImageManifest = String(decoding: content.manifest, as: UTF8.self)
      image.dockerImageConfig = String(decoding: try #require(content.configuration), as: UTF8.self)
      #expect(try await outcome(.image(image)) == .created)
      #expect(try await outcome(.image(image)) == .unchanged)
      let mapping = AnyAPIObject.imageStreamMapping(
        ImageStreamMappingObject(metadata: ObjectMeta(name: "web", namespace: "shop"), image: image, tag: "pushed"))
      #expect(try await outcome(mapping) == .created)
      #expect(try await outcome(mapping) == .unchanged)
      #expect(
        try Fixture.items(Self.read(store, "shop/web"), "pushed").map(\.dockerImageReference) == [
          "registry.local:5000/shop/web@\(content.digest)"
        ])
      let absent = AnyAPIObject.imageStreamMapping(
        ImageStreamMappingObject(metadata: ObjectMeta(name: "none", namespace: "shop"), image: image, tag: "pushed"))
      await Fixture.expectRefusal(404) { try await outcome(absent) }
      let answer = AnyAPIObject.imageStreamLayers(ImageStreamLayersObject(metadata: ObjectMeta(name: "web", namespace: "shop")))
      await Fixture.expectRefusal(400) { try await outcome(answer) }
    }
  }

  static let invalid: [(change: @Sendable (inout ImageStreamObject) -> Void, message: String)] = [
    ({ $0.metadata.name = "a--b" }, "metadata.name: Invalid value: \"a--b\": must match \"[a-z0-9]+(?:[._-][a-z0-9]+)*\""),
    ({ $0.metadata.name = "a/b" }, "metadata.name: Invalid value: \"a/b\": may not contain '/'"),
    (
      { $0.metadata.name = String(repeating: "a", count: 251) },
      "metadata.name: Invalid value: \"\(String(repeating: "a", count: 251))\": 'namespace/name' cannot be longer than 255 characters"
    ),
    ({ $0.metadata.namespace = "" }, "metadata.namespace: Required value"),
    (
      { $0.spec.tags[0].name = "-a" },
      "spec.tags[-a].name: Invalid value: \"-a\": a tag is 1 to 128 letters, digits, '_', '.' and '-', the first of them neither '.' nor '-'"
    ),
    (
      { $0.spec.tags[0].from?.name = "" },
      "[[]: Internal error: imagestreams \"web\" is invalid: spec.tags[a].from.name: Invalid value: \"\": must be of the form <tag>, <repo>:<tag>, "
        + "<id>, or <repo>@<id>, spec.tags[a].from.name: Required value]"
    ),
    (
      { $0.spec.tags[0].from?.kind = "ImageStreamTag" },
      "[]: Internal error: imagestreams \"web\" is invalid: spec.tags[a].from.name: Not found: \"quay.io/a/b:1\""
    ),
    (
      { $0.spec.tags[0].importPolicy.importMode = "All" },
      "spec.tags[a].importPolicy.importMode: Invalid value: \"All\": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'"
    ),
    (
      { $0.spec.tags[0].referencePolicy.type = "Far" },
      "spec.tags[a].referencePolicy.type: Invalid value: \"Far\": valid values are \"Source\", \"Local\""
    ),
    (
      { $0.spec.dockerImageRepository = "quay.io/a/b@" + Fixture.digests[0] },
      "spec.dockerImageRepository: Invalid value: \"quay.io/a/b@\(Fixture.digests[0])\": the repository name may not contain an ID"
    ),
  ]

  @Test(arguments: invalid) func `what breaks a rule is refused in a cluster's words`(
    change: @Sendable (inout ImageStreamObject) -> Void, message: String
  ) async throws {
    try await Self.withStore { store in
      var stream = Fixture.stream("web", tags: [Fixture.tag("a", "DockerImage", "quay.io/a/b:1")])
      change(&stream)
      let status = await Fixture.refusal { [stream] in try await Self.create(store, stream) }
      #expect(status?.message == "ImageStream.image.openshift.io \"\(stream.metadata.name)\" is invalid: \(message)")
      #expect(status?.reason == "Invalid")
    }
  }

  @Test func `a scheduled tag has to come from a registry`() async throws {
    try await Self.withStore { store in
      try await store.tag("shop/base:1", as: Self.one)
      var tag = Fixture.tag("a", "ImageStreamTag", "base:1")
      tag.importPolicy.scheduled = true
      let refusal = await Fixture.refusal { [tag] in try await Self.create(store, Fixture.stream("web", tags: [tag])) }
      #expect(refusal?.details?.causes.map(\.field) == ["spec.tags[a].importPolicy.scheduled"])
    }
  }

  @Test func `a tag without a source is a place to push to`() async throws {
    try await Self.withStore { store in
      let stream = try await Self.create(store, Fixture.stream("web", tags: [ImageStreamObject.TagReference(name: "a")]))
      #expect(stream.spec.tags.map(\.name) == ["a"])
      #expect(stream.status.tags == [])
    }
  }
}
