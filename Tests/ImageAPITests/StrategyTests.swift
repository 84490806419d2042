import ImageAPI
import MVCC
import Testing

/// What a change of the specification does, as OpenShift's image API does it.
@Suite struct StrategyTests {
  static let registry = "registry.local:5000"
  static let strategy = ImageStreamStrategy(internalRegistry: registry)
  static let digests = (0..<4).map { "sha256:" + String(repeating: "\($0)", count: 64) }

  static func stream(_ name: String, tags: [ImageStreamObject.TagReference]) -> ImageStreamObject {
    var stream = ImageStreamObject(metadata: ObjectMeta(name: name, namespace: "shop"))
    stream.spec.tags = tags
    return stream
  }

  static func tag(_ name: String, _ kind: String, _ from: String, in namespace: String = "") -> ImageStreamObject.TagReference {
    ImageStreamObject.TagReference(name: name, from: ObjectReference(kind: kind, namespace: namespace, name: from))
  }

  static func event(_ digest: Int, at seconds: Int64 = 0, generation: Int64 = 1, repository: String = "quay.io/a/b")
    -> ImageStreamObject.TagEvent
  {
    ImageStreamObject.TagEvent(
      created: ObjectTime(Timestamp(millisecondsSinceEpoch: seconds * 1000)), dockerImageReference: "\(repository)@\(digests[digest])",
      image: digests[digest], generation: generation)
  }

  /// A stream that has been stored: the status is not a user's to set.
  static func stored(_ name: String, tags: [ImageStreamObject.TagReference] = [], _ history: [String: [ImageStreamObject.TagEvent]])
    throws -> ImageStreamObject
  {
    var stream = try strategy.created(Self.stream(name, tags: tags), now: time(1)) { _, _ in nil }
    stream.metadata.resourceVersion = "1"
    for (tag, items) in history {
      stream.status.tags.removeAll { $0.tag == tag }
      stream.status.tags.append(ImageStreamObject.NamedTagEventList(tag: tag, items: items))
    }
    return stream
  }

  static func time(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: seconds * 1000) }

  static func items(_ stream: ImageStreamObject, _ tag: String) -> [ImageStreamObject.TagEvent] {
    stream.status.tags.first { $0.tag == tag }?.items ?? []
  }

  static func generation(_ stream: ImageStreamObject, _ tag: String) -> Int64? { stream.spec.tags.first { $0.name == tag }?.generation }

  static func refusal(_ body: () throws -> ImageStreamObject) -> StatusObject? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? StatusError)?.status
    }
  }

  @Test func `a reference tag gets an event without an image`() throws {
    var tag = Self.tag("latest", "DockerImage", "quay.io/a/b:1")
    tag.reference = true
    let stream = try Self.strategy.created(Self.stream("web", tags: [tag]), now: Self.time(9)) { _, _ in nil }
    #expect(
      Self.items(stream, "latest") == [
        ImageStreamObject.TagEvent(created: ObjectTime(Self.time(9)), dockerImageReference: "quay.io/a/b:1", image: "", generation: 1)
      ])
  }

  @Test func `a tag that names another is a snapshot with the other's time`() throws {
    let source = try Self.stored("base", ["1": [Self.event(1, at: 5, generation: 3), Self.event(0)]])
    let stream = try Self.strategy.created(
      Self.stream("web", tags: [Self.tag("latest", "ImageStreamTag", "base:1"), Self.tag("none", "ImageStreamTag", "base:2")]),
      now: Self.time(9)
    ) { namespace, name in namespace == "shop" && name == "base" ? source : nil }
    #expect(Self.items(stream, "latest") == [Self.event(1, at: 5, generation: 1)])
    #expect(Self.items(stream, "none") == [])
  }

  @Test func `a tag that names an image by the beginning of its digest gets it now`() throws {
    let source = try Self.stored("base", ["1": [Self.event(1), Self.event(0)]])
    let tag = Self.tag("latest", "ImageStreamImage", "base@sha256:00")
    let stream = try Self.strategy.created(Self.stream("web", tags: [tag]), now: Self.time(9)) { _, _ in source }
    #expect(Self.items(stream, "latest") == [Self.event(0, at: 9)])
    let both = Self.refusal {
      try Self.strategy.created(Self.stream("web", tags: [Self.tag("latest", "ImageStreamImage", "base@sha")]), now: Self.time(9)) { _, _ in
        source
      }
    }
    #expect(both?.message.contains("multiple images match the prefix \"sha\": \(Self.digests[0]), \(Self.digests[1])") == true)
  }

  @Test func `a pull spec of the internal registry is moved to the stream that takes it unless the tag only refers`() throws {
    let source = try Self.stored("base", ["1": [Self.event(1, repository: "\(Self.registry)/shop/base")]])
    var reference = Self.tag("reference", "ImageStreamTag", "base:1")
    reference.reference = true
    let stream = try Self.strategy.created(
      Self.stream("web", tags: [Self.tag("latest", "ImageStreamTag", "base:1"), reference]), now: Self.time(9)
    ) { _, _ in source }
    #expect(Self.items(stream, "latest").map(\.dockerImageReference) == ["\(Self.registry)/shop/web@\(Self.digests[1])"])
    #expect(Self.items(stream, "reference").map(\.dockerImageReference) == ["\(Self.registry)/shop/base@\(Self.digests[1])"])
  }

  @Test func `what a tag names must be there and be named with one separator`() throws {
    let missing = Self.refusal {
      try Self.strategy.created(Self.stream("web", tags: [Self.tag("latest", "ImageStreamTag", "base:1")]), now: Self.time(9)) { _, _ in nil
      }
    }
    #expect(missing?.code == 422)
    #expect(
      missing?.message
        == "ImageStream.image.openshift.io \"web\" is invalid: []: Internal error: imagestreams \"web\" is invalid: "
        + "spec.tags[latest].from.name: Not found: \"base:1\"")
    let twice = Self.refusal {
      try Self.strategy.created(Self.stream("web", tags: [Self.tag("latest", "ImageStreamTag", "a:b:c")]), now: Self.time(9)) { _, _ in nil
      }
    }
    #expect(twice?.message.contains("must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>") == true)
  }

  @Test func `a change of one tag moves its generation and the stream's alone`() throws {
    let tags = [Self.tag("a", "DockerImage", "quay.io/a/b:1"), Self.tag("b", "DockerImage", "quay.io/a/b:2")]
    let old = try Self.stored("web", tags: tags, [:])
    var request = old
    request.spec.tags[0].from?.name = "quay.io/a/b:3"
    request.spec.tags[1].generation = 77
    let changed = try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in nil }
    #expect(changed.metadata.generation == 2)
    #expect(Self.generation(changed, "a") == 2)
    #expect(Self.generation(changed, "b") == 1)
  }

  @Test func `annotations of a tag move the stream's generation and those of the stream none`() throws {
    let old = try Self.stored("web", tags: [Self.tag("a", "DockerImage", "quay.io/a/b:1")], [:])
    var tagged = old
    tagged.spec.tags[0].annotations = ["x": "y"]
    tagged.spec.tags[0].importPolicy.scheduled = true
    let changed = try Self.strategy.updated(tagged, from: old, now: Self.time(2)) { _, _ in nil }
    #expect(changed.metadata.generation == 2)
    #expect(Self.generation(changed, "a") == 1)
    var labelled = old
    labelled.metadata.labels = ["x": "y"]
    #expect(try Self.strategy.updated(labelled, from: old, now: Self.time(2)) { _, _ in nil }.metadata.generation == 1)
  }

  @Test func `generation zero asks for a new import`() throws {
    let old = try Self.stored("web", tags: [Self.tag("a", "DockerImage", "quay.io/a/b:1")], ["a": [Self.event(0)]])
    var request = old
    request.spec.tags[0].generation = 0
    let changed = try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in nil }
    #expect(changed.metadata.generation == 2)
    #expect(Self.generation(changed, "a") == 2)
    #expect(Self.items(changed, "a") == [Self.event(0)])
  }

  @Test func `the status of a request does not count and a removed tag keeps its history`() throws {
    let old = try Self.stored("web", tags: [Self.tag("a", "DockerImage", "quay.io/a/b:1")], ["a": [Self.event(0)]])
    var request = old
    request.spec.tags = []
    request.status.tags = []
    let changed = try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in nil }
    #expect(changed.spec.tags == [])
    #expect(Self.items(changed, "a") == [Self.event(0)])
  }

  @Test func `tags that track a tag of the same stream get its image and those of other streams do not`() throws {
    let old = try Self.stored(
      "web",
      tags: [
        Self.tag("a", "DockerImage", "quay.io/a/b:1"), Self.tag("alias", "ImageStreamTag", "a"),
        Self.tag("far", "ImageStreamTag", "base:1"),
      ].filter {
        $0.name != "far"
      }, ["a": [Self.event(0)], "alias": [Self.event(0)]])
    var request = old
    request.spec.tags[0] = Self.tag("a", "ImageStreamImage", "base@\(Self.digests[1])")
    let source = try Self.stored("base", ["1": [Self.event(1, repository: "quay.io/c/d")]])
    let changed = try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in source }
    let event = Self.event(1, at: 2, generation: 2, repository: "quay.io/c/d")
    #expect(Self.items(changed, "a") == [event, Self.event(0)])
    #expect(Self.items(changed, "alias") == [event, Self.event(0)])
  }

  static let folds: [(next: ImageStreamObject.TagEvent, expected: [ImageStreamObject.TagEvent])] = [
    (event(0, generation: 2), [event(0, generation: 2)]),
    (event(0, at: 5, generation: 2, repository: "quay.io/c/d"), [event(0, generation: 2, repository: "quay.io/c/d")]),
    (event(1, at: 5, generation: 2), [event(1, at: 5, generation: 2), event(0)]),
  ]

  @Test(arguments: folds) func `only what is new in both image and place is an event of its own`(
    next: ImageStreamObject.TagEvent, expected: [ImageStreamObject.TagEvent]
  ) throws {
    let old = try Self.stored("web", tags: [Self.tag("a", "DockerImage", "quay.io/x/y:1")], ["a": [Self.event(0)]])
    var request = old
    request.spec.tags[0] = Self.tag("a", "ImageStreamTag", "base:1")
    let source = try Self.stored("base", ["1": [next]])
    let changed = try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in source }
    #expect(Self.items(changed, "a") == expected)
  }

  @Test func `a request that was made from another state is refused`() throws {
    let old = try Self.stored("web", [:])
    var request = old
    request.metadata.resourceVersion = "2"
    let conflict = Self.refusal { try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in nil } }
    #expect(conflict?.code == 409)
    #expect(
      conflict?.message
        == "Operation cannot be fulfilled on imagestreams.image.openshift.io \"web\": the object has been modified; please apply your changes to "
        + "the latest version and try again")
    request.metadata.resourceVersion = ""
    #expect(Self.refusal { try Self.strategy.updated(request, from: old, now: Self.time(2)) { _, _ in nil } }?.code == 422)
  }

  static let invalid: [(change: @Sendable (inout ImageStreamObject) -> Void, message: String)] = [
    ({ $0.metadata.name = "a--b" }, "metadata.name: Invalid value: \"a--b\": must match \"[a-z0-9]+(?:[._-][a-z0-9]+)*\""),
    ({ $0.metadata.name = "a/b" }, "metadata.name: Invalid value: \"a/b\": may not contain '/'"),
    (
      { $0.metadata.name = String(repeating: "a", count: 251) },
      "metadata.name: Invalid value: \"\(String(repeating: "a", count: 251))\": 'namespace/name' cannot be longer than 255 characters"
    ),
    (
      { $0.spec.tags[0].from?.name = "" },
      "[[]: Internal error: imagestreams \"web\" is invalid: spec.tags[a].from.name: Invalid value: \"\": must be of the form <tag>, <repo>:<tag>, "
        + "<id>, or <repo>@<id>, spec.tags[a].from.name: Required value]"
    ),
    (
      { $0.spec.tags[0].from?.kind = "Image" },
      "[[]: Internal error: imagestreams \"web\" is invalid: spec.tags[a].from.name: Invalid value: \"quay.io/a/b:1\": must be of the form <tag>, "
        + "<repo>:<tag>, <id>, or <repo>@<id>, spec.tags[a].from.kind: Required value: valid values are 'DockerImage', 'ImageStreamImage', "
        + "'ImageStreamTag']"
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
      { $0.spec.dockerImageRepository = "quay.io/a/b@" + digests[0] },
      "spec.dockerImageRepository: Invalid value: \"quay.io/a/b@\(digests[0])\": the repository name may not contain an ID"
    ),
  ]

  @Test(arguments: invalid) func `what breaks a rule is refused in a cluster's words`(
    change: @Sendable (inout ImageStreamObject) -> Void, message: String
  ) {
    var stream = Self.stream("web", tags: [Self.tag("a", "DockerImage", "quay.io/a/b:1")])
    change(&stream)
    let name = stream.metadata.name
    let status = Self.refusal { [stream] in try Self.strategy.created(stream, now: Self.time(1)) { _, _ in nil } }
    #expect(status?.message == "ImageStream.image.openshift.io \"\(name)\" is invalid: \(message)")
    #expect(status?.reason == "Invalid")
  }

  @Test func `a tag without a source is a place to push to`() throws {
    let stream = try Self.strategy.created(Self.stream("web", tags: [ImageStreamObject.TagReference(name: "a")]), now: Self.time(1)) {
      _, _ in nil
    }
    #expect(stream.spec.tags.map(\.name) == ["a"])
    #expect(stream.status.tags == [])
  }
}
