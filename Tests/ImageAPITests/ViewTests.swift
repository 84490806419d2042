import ImageAPI
import ImageStreamDB
import Testing

/// What can be read of a stream, and written through one of its tags, as OpenShift's image API has it.
@Suite struct ViewTests {
  typealias Fixture = ObjectFixtures

  static let image: ImageObject = {
    var image = ImageObject(metadata: ObjectMeta(name: Fixture.digests[0]))
    image.dockerImageReference = "quay.io/a/b@\(Fixture.digests[0])"
    image.dockerImageManifest = "{}"
    image.dockerImageConfig = "{}"
    image.metadata.annotations = ["image": "own"]
    return image
  }()

  static func images(_ digest: String) -> ImageObject? { digest == image.metadata.name ? image : nil }

  static func stream(policy: String = "Source") -> ImageStreamObject {
    var tag = Fixture.tag("latest", "DockerImage", "quay.io/a/b:1")
    tag.annotations = ["tag": "own"]
    tag.referencePolicy.type = policy
    var stream = Fixture.stored(
      "web", tags: [tag], ["latest": [Fixture.event(0, at: 5), Fixture.event(1)], "old": [Fixture.event(2)]])
    stream.metadata.labels = ["stream": "label"]
    stream.metadata.annotations = ["stream": "own"]
    stream.metadata.uid = "u"
    return stream
  }

  static func code(_ body: () throws -> some Any) -> Int64 {
    do {
      _ = try body()
      return 200
    } catch {
      return (error as? StatusError)?.status.code ?? 0
    }
  }

  @Test func `an image stream tag has the tag's annotations, the stream's labels and the event's time`() throws {
    let view = try Self.stream().imageStreamTag("latest", images: Self.images)
    #expect(view.metadata.name == "web:latest")
    #expect(view.metadata.creationTimestamp == ObjectTime(Fixture.time(5)))
    #expect(view.metadata.annotations == ["tag": "own"])
    #expect(view.metadata.labels == ["stream": "label"])
    #expect(view.metadata.resourceVersion == "1")
    #expect(view.metadata.uid == "u")
    #expect(view.generation == 1)
    #expect(view.image?.metadata.annotations == ["image": "own", "tag": "own"])
    #expect(view.image?.dockerImageManifest == "")
    #expect(view.image?.dockerImageConfig == "")
  }

  @Test func `a tag without an image, and one whose image is gone, is not found`() throws {
    let stream = Self.stream()
    #expect(Self.code { try stream.imageStreamTag("none", images: Self.images) } == 404)
    #expect(Self.code { try stream.imageStreamTag("old", images: Self.images) } == 404)
    var reference = stream
    reference.status.tags[0].items[0].image = ""
    #expect(Self.code { try reference.imageStreamTag("latest", images: Self.images) } == 404)
    #expect(stream.imageStreamTags.map(\.metadata.name) == ["web:latest", "web:old"])
    #expect(reference.imageStreamTags.map(\.metadata.name) == ["web:old"])
  }

  @Test func `an image tag is there when it is asked for or has been`() throws {
    let stream = Self.stream()
    #expect(try stream.imageTag("old", images: Self.images).spec == nil)
    #expect(try stream.imageTag("latest", images: Self.images).image?.metadata.name == Fixture.digests[0])
    #expect(try stream.imageTag("latest", images: Self.images).metadata.annotations == ["stream": "own"])
    #expect(Self.code { try stream.imageTag("none", images: Self.images) } == 404)
    #expect(stream.imageTagNames == ["latest", "old"])
  }

  @Test func `an image of a stream is found by the beginning of its digest in any history`() throws {
    let stream = Self.stream()
    let view = try stream.imageStreamImage("sha256:000", images: Self.images)
    #expect(view.metadata.name == "web@sha256:000")
    #expect(view.image.metadata.name == Fixture.digests[0])
    #expect(view.image.dockerImageManifest == "")
    #expect(Self.code { try stream.imageStreamImage("sha256:33", images: Self.images) } == 404)
    #expect(Self.code { try stream.imageStreamImage("sha", images: Self.images) } == 409)
    #expect(Self.code { try stream.imageStreamImage(Fixture.digests[1], images: Self.images) } == 404)
  }

  @Test func `the policy Local sends to the stream's own repository and Source to where the image came from`() throws {
    #expect(Self.stream().pullSpec(of: "latest") == "quay.io/a/b@\(Fixture.digests[0])")
    #expect(Self.stream(policy: "Local").pullSpec(of: "latest") == "\(Fixture.registry)/shop/web@\(Fixture.digests[0])")
    #expect(Self.stream(policy: "Local").pullSpec(of: "old") == "quay.io/a/b@\(Fixture.digests[2])")
    #expect(Self.stream().pullSpec(of: "none") == nil)
    var alone = Self.stream(policy: "Local")
    alone.status.dockerImageRepository = ""
    #expect(alone.pullSpec(of: "latest") == "quay.io/a/b@\(Fixture.digests[0])")
  }

  @Test func `a tag is pending until an event or a failed import answers it`() throws {
    var stream = Self.stream()
    #expect(!stream.isPending("latest"))
    stream.spec.tags[0].generation = 2
    #expect(stream.isPending("latest"))
    stream.status.tags[0].conditions = [
      ImageStreamObject.TagEventCondition(reason: "NotFound", message: "", lastTransitionTime: nil, generation: 2)
    ]
    #expect(!stream.isPending("latest"))
  }

  static let names: [(text: String, isTag: Bool)] = [
    ("web:latest", true), ("web", false), ("web:", false), (":latest", false), ("web:a:b", false), ("web@sha256:a", false), ("", false),
  ]

  @Test(arguments: names) func `a name of a tag has one colon between two parts`(text: String, isTag: Bool) {
    #expect(Self.code { try ObjectNames.streamAndTag(text) } == (isTag ? 200 : 400))
  }

  @Test func `names of tags are split leniently where a stream names them`() {
    #expect(ObjectNames.lenientStreamAndTag("web") == ("web", "latest", false))
    #expect(ObjectNames.lenientStreamAndTag("web:") == ("web", "latest", true))
    #expect(ObjectNames.lenientStreamAndTag("web:a:b") == ("web", "a:b", true))
    #expect(ObjectNames.joined("web", "") == "web:latest")
    #expect(Self.code { try ObjectNames.streamAndDigest("web@sha256:a") } == 200)
    #expect(Self.code { try ObjectNames.streamAndDigest("web@a@b") } == 400)
    #expect(Self.code { try ObjectNames.streamAndDigest("web@") } == 400)
  }

  static func tagObject(_ name: String, _ tag: ImageStreamObject.TagReference?) -> ImageStreamTagObject {
    var object = ImageStreamTagObject(metadata: ObjectMeta(name: name, namespace: "shop"))
    object.tag = tag
    return object
  }

  @Test func `a tag that was only pushed can be created and one that is asked for cannot`() throws {
    let stream = Self.stream()
    let tag = Fixture.tag("any", "DockerImage", "quay.io/c/d:1")
    #expect(try Self.tagObject("web:old", tag).creating(stream).specTag("old")?.from == tag.from)
    #expect(Self.code { try Self.tagObject("web:latest", tag).creating(stream) } == 409)
    #expect(try Self.tagObject("new:1", tag).creating(nil).metadata.name == "new")
    #expect(try Self.tagObject("web:none", nil).creating(stream).specTag("none") == nil)
  }

  @Test func `a tag that is put without annotations loses them, and one that is put against another state is refused`() throws {
    let stream = Self.stream()
    #expect(try Self.tagObject("web:latest", nil).updating(stream).specTag("latest")?.annotations == [:])
    var stale = Self.tagObject("web:latest", nil)
    stale.metadata.resourceVersion = "0"
    #expect(Self.code { try stale.updating(stream) } == 409)
    #expect(Self.code { try stale.updating(nil) } == 404)
    #expect(Self.code { try Self.tagObject("web:none", nil).updating(stream) } == 400)
    var twice = Self.tagObject("web:latest", stream.specTag("latest"))
    twice.metadata.annotations = ["other": "value"]
    #expect(Self.code { try twice.updating(stream) } == 422)
  }
}
