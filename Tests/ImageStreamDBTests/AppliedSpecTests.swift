import ImageStreamDB
import TestSupport
import Testing

/// What applying a spec writes into what tags point at.
@Suite struct AppliedSpecTests {
  let stream: ImageStreamName = "shop/web"
  let latest: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  private func apply(_ tags: [String: TagSpec], _ store: ImageStore) async throws {
    try await store.write { [stream] in try $0.apply(ImageStreamSpec(tags: tags), to: stream) }
  }

  @Test func `an image of a registry is left to an import`() async throws {
    try await withImageStore { store in
      try await apply(["latest": TagSpec(source: .registryImage("quay.io/shop/web:1"))], store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.newest == nil && tag.isPending)
      #expect(storeError { try store.read { try $0.resolve(latest) } }?.code == .notFound)
    }
  }

  @Test func `a reference becomes an event without an image, and is never pending`() async throws {
    try await withImageStore { store in
      try await apply(["latest": TagSpec(source: .registryImage("quay.io/shop/web:1"), isReference: true)], store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.newest?.image == nil && tag.newest?.pullSpec == "quay.io/shop/web:1" && !tag.isPending)
    }
  }

  @Test func `a tag of another stream is taken once, and not again while the spec stays`() async throws {
    try await withImageStore { store in
      let source: ImageStreamTagName = "shop/base:stable"
      try await store.tag(source, as: one)
      var spec = TagSpec(source: .imageStreamTag("base:stable"))
      try await apply(["latest": spec], store)
      let event = try #require(try store.read { try $0.tag(latest)?.newest })
      #expect(event.image == one.digest && event.generation == 1)
      try await store.tag(source, as: two)
      try await apply(["latest": spec], store)
      spec.generation = 0
      try await apply(["latest": spec], store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.newest?.image == one.digest && tag.generation == 2)
      spec.importMode = .preserveOriginal
      try await apply(["latest": spec], store)
      #expect(try store.read { try $0.resolve(latest).image } == two.digest)
    }
  }

  @Test func `a source tag without an image is nothing, and a source stream that is missing is refused`() async throws {
    try await withImageStore { store in
      try await store.write { try $0.makeImageStream("shop/base") }
      try await apply(["latest": TagSpec(source: .imageStreamTag("base:none"))], store)
      #expect(try store.read { try $0.tag(latest)?.newest } == nil)
      let refusal = await awaitedError { try await apply(["latest": TagSpec(source: .imageStreamTag("nowhere:none"))], store) }
      #expect(refusal?.code == .notFound)
    }
  }

  @Test func `an image of a stream is found by the beginning of its digest`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/base:stable", as: one)
      let short = String((one.digest?.hex ?? "").prefix(12))
      try await apply(["latest": TagSpec(source: .imageStreamImage("base@\(short)"))], store)
      #expect(try store.read { try $0.resolve(latest).image } == one.digest)
      let unknown = TagSpec(source: .imageStreamImage("base@\(String(repeating: "0", count: 12))"))
      #expect(await awaitedError { try await apply(["latest": unknown], store) }?.code == .notFound)
    }
  }

  @Test func `bare names mean the stream itself, and two separators are refused`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:stable", as: one)
      let digest = try #require(one.digest)
      let tags = [
        "stable": try #require(try store.read { try $0.tag("shop/web:stable")?.spec }), "a": TagSpec(source: .imageStreamTag("stable")),
        "b": TagSpec(source: .imageStreamImage("\(digest)")),
      ]
      try await apply(tags, store)
      for tag in ["a", "b"] {
        #expect(try store.read { try $0.resolve(ImageStreamTagName(stream: stream, tag: tag)).image } == digest)
      }
      for source: TagSource in [.imageStreamTag("a:b:c"), .imageStreamTag(""), .imageStreamImage("a@b@c"), .imageStreamTag("a:")] {
        let refusal = await awaitedError { try await apply(["latest": TagSpec(source: source)], store) }
        #expect(refusal?.code == .invalidArgument, "\(source)")
      }
    }
  }

  @Test func `making one tag from another of the same stream leaves the other's generation`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:stable", as: one)
      let before = try #require(try store.read { try $0.tag("shop/web:stable") })
      try await apply(["stable": try #require(before.spec), "latest": TagSpec(source: .imageStreamTag("stable"))], store)
      #expect(try store.read { try $0.tag("shop/web:stable") } == before)
      #expect(try store.read { try $0.tag(latest)?.newest?.generation } == 2)
    }
  }

  @Test func `a tag may be made from itself, and two from each other`() async throws {
    try await withImageStore { store in
      let tags = [
        "latest": TagSpec(source: .imageStreamTag("latest")), "a": TagSpec(source: .imageStreamTag("b")),
        "b": TagSpec(source: .imageStreamTag("a")),
      ]
      try await apply(tags, store)
      #expect(try store.read { try $0.tag(latest)?.newest } == nil)
      try await store.write { writer in
        for (tag, image) in [("latest", "one"), ("a", "two")] {
          let digest = ImageFixtures.reference(image).digest ?? Digest(of: [])
          try writer.push(digest, to: ImageStreamTagName(stream: "shop/web", tag: tag))
        }
      }
      #expect(try store.read { try $0.resolve(latest).image } == one.digest)
      let other: ImageStreamTagName = "shop/web:b"
      #expect(try store.read { try $0.resolve(other).image } == two.digest)
    }
  }

  @Test func `beginning to follow a tag of another stream catches up with it`() async throws {
    try await withImageStore { store in
      let source: ImageStreamTagName = "shop/base:stable"
      try await store.tag(source, as: one)
      var spec = TagSpec(source: .imageStreamTag("base:stable"))
      try await apply(["latest": spec], store)
      try await store.tag(source, as: two)
      spec.follows = true
      try await apply(["latest": spec], store)
      #expect(try store.read { try $0.resolve(latest).image } == two.digest)
    }
  }

  @Test func `more tags than one write takes are refused`() async throws {
    try await withImageStore { store in
      let tags = (0...ImageStreamWriter.maximumTagsPerSpec).map { ("t\($0)", TagSpec()) }
      let refusal = await awaitedError { try await apply(Dictionary(uniqueKeysWithValues: tags), store) }
      #expect(refusal?.code == .tooLarge)
    }
  }
}
