import ImageStreamDB
import TestSupport
import Testing

/// Generations: of a stream, how often its spec changed; of a tag, when its own part last did.
@Suite struct GenerationTests {
  let stream: ImageStreamName = "shop/web"
  let latest: ImageStreamTagName = "shop/web:latest"
  let imported = TagSpec(source: .registryImage("quay.io/shop/web:1"))

  /// A store with a stream of two imported tags, both of generation 1.
  private func withStream(_ body: (ImageStore, ImageStreamSpec) async throws -> Void) async throws {
    try await withImageStore { store in
      let spec = ImageStreamSpec(tags: ["latest": imported, "old": imported])
      try await apply(spec, store)
      try await body(store, spec)
    }
  }

  @discardableResult
  private func apply(_ spec: ImageStreamSpec, _ store: ImageStore) async throws -> Bool {
    try await store.write { [stream] in try $0.apply(spec, to: stream) }.value
  }

  /// The generations of the stream and of its tags, by name.
  private func generations(_ store: ImageStore) throws -> [Int64] {
    try store.read { reader in
      [try reader.imageStream(stream)?.generation ?? 0] + (try reader.tags(in: .stream(stream)).elements.map(\.generation))
    }
  }

  @Test func `a new stream and its tags have generation 1`() async throws {
    try await withStream { store, _ in
      let found = try generations(store)
      #expect(found == [1, 1, 1])
    }
  }

  @Test func `a stream that is made with its settings has generation 1`() async throws {
    try await withImageStore { store in
      try await store.write { [stream] in try $0.updateImageStream(stream, usesLocalLookup: true) }
      #expect(try generations(store) == [1])
    }
  }

  @Test func `the same spec again changes nothing, whatever generations it gives`() async throws {
    try await withStream { store, spec in
      var again = spec
      for generation: Int64? in [nil, 1, 7] {
        again.tags["latest"]?.generation = generation
        let isChanged = try await apply(again, store)
        #expect(!isChanged)
      }
      #expect(try generations(store) == [1, 1, 1])
    }
  }

  @Test func `labels and annotations of a stream do not move its generation`() async throws {
    try await withStream { store, spec in
      var labelled = spec
      labelled.labels = ["app": "web"]
      labelled.annotations = ["note": "x"]
      let isChanged = try await apply(labelled, store)
      #expect(isChanged)
      #expect(try generations(store) == [1, 1, 1])
    }
  }

  @Test func `the lookup policy and the repository move the stream's generation alone`() async throws {
    try await withStream { store, spec in
      var changed = spec
      changed.usesLocalLookup = true
      try await apply(changed, store)
      changed.repository = "quay.io/shop/web"
      try await apply(changed, store)
      #expect(try generations(store) == [3, 1, 1])
    }
  }

  @Test func `name, namespace, kind, reference and import mode of a source move the tag's generation too`() async throws {
    try await withStream { store, spec in
      try await store.write { try $0.makeImageStream("other/web") }
      var changed = spec
      var expected: Int64 = 1
      let changes: [(inout TagSpec) -> Void] = [
        { $0.source = .registryImage("quay.io/shop/web:2") }, { $0.isReference = true }, { $0.isReference = false },
        { $0.importMode = .preserveOriginal }, { $0.source = .imageStreamTag("old") },
        { $0.source = .imageStreamTag("old", namespace: "other") },
        { $0.source = .imageStreamTag("old", namespace: "shop") },
      ]
      for change in changes {
        var tag = changed.tags["latest"] ?? imported
        change(&tag)
        changed.tags["latest"] = tag
        try await apply(changed, store)
        expected += 1
        #expect(try generations(store) == [expected, expected, 1])
      }
    }
  }

  @Test func `annotations, schedule, insecurity and reference policy of a tag move the stream's generation alone`() async throws {
    try await withStream { store, spec in
      var changed = spec
      let changes: [(inout TagSpec) -> Void] = [
        { $0.annotations = ["note": "x"] }, { $0.isScheduled = true }, { $0.isInsecure = true }, { $0.referencePolicy = .local },
      ]
      for change in changes {
        var tag = changed.tags["latest"] ?? imported
        change(&tag)
        changed.tags["latest"] = tag
        try await apply(changed, store)
      }
      #expect(try generations(store) == [5, 1, 1])
    }
  }

  @Test func `a generation of 0 asks for another import`() async throws {
    try await withStream { store, spec in
      let content = try ImageFixtures.image("web")
      try await store.write { [latest] writer in
        try writer.recordImport(
          of: content, as: "quay.io/shop/web@\(content.digest)", from: ImportSource(reference: "quay.io/shop/web:1"), to: latest)
      }
      #expect(try store.read { try $0.tag(latest)?.isPending } == false)
      var again = spec
      again.tags["latest"]?.generation = 0
      #expect(try await apply(again, store))
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(try tag.isPending && tag.generation == generations(store)[0])
      #expect(tag.newest?.image == content.digest)
    }
  }

  @Test func `a new tag has the stream's generation, and the others keep theirs`() async throws {
    try await withStream { store, spec in
      var changed = spec
      changed.tags["next"] = imported
      try await apply(changed, store)
      #expect(try generations(store) == [2, 1, 2, 1])
    }
  }

  @Test func `removing a tag from the spec keeps what it points at, and one that points at nothing goes`() async throws {
    try await withStream { store, spec in
      try await store.tag(latest, as: ImageFixtures.reference("one"))
      try await apply(ImageStreamSpec(), store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.spec == nil && tag.newest?.image == ImageFixtures.reference("one").digest)
      #expect(try store.read { try $0.resolve(latest).event } == tag.newest)
      #expect(try store.read { try $0.tag("shop/web:old") } == nil)
    }
  }
}
