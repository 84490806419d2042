import ImageStreamDB
import TestSupport
import Testing

/// What a move does to a tag's history: OpenShift's rule, which looks at the newest event only.
@Suite struct TagEventRuleTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  /// A store whose tag had one event of a push, at generation 1, and whose last import failed.
  private func withPushedTag(_ body: (ImageStore, TagEvent, Digest) async throws -> Void) async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withImageStore(configuration) { store in
      let image = try #require(one.digest)
      let event = try await store.write { [latest] writer in
        try writer.makeImageStream(latest.stream)
        return try writer.push(image, pullSpec: "quay.io/shop/web@\(image)", to: latest, by: "ci")
      }.value
      clock.advance(by: .seconds(60))
      try await body(store, event, image)
    }
  }

  private func push(_ image: Digest, from place: String, to store: ImageStore) async throws -> TagEvent {
    try await store.write { [latest] in try $0.push(image, pullSpec: "\(place)@\(image)", to: latest, by: "someone else") }.value
  }

  @Test func `a first event begins the history`() async throws {
    try await withPushedTag { store, event, _ in
      #expect(event.sequence == 1 && event.generation == 1 && event.cause == .push)
      let history = try store.read { try $0.history(of: latest) }
      #expect(history == [event])
    }
  }

  @Test func `the same place, image and generation change nothing`() async throws {
    try await withPushedTag { store, event, image in
      let revision = try store.keyValues.revision()
      #expect(try await push(image, from: "quay.io/shop/web", to: store) == event)
      #expect(try store.keyValues.revision() == revision)
    }
  }

  @Test func `another generation is written over the newest event, which keeps its time`() async throws {
    try await withPushedTag { store, event, image in
      try await store.write { [latest] in try $0.updateImageStream(latest.stream, usesLocalLookup: true) }
      let second = try await push(image, from: "quay.io/shop/web", to: store)
      #expect(second.generation == 2 && second.sequence == 1 && second.created == event.created && second.by == "ci")
    }
  }

  @Test func `another place is written over the newest event, which keeps its time`() async throws {
    try await withPushedTag { store, event, image in
      let second = try await push(image, from: "mirror.local/web", to: store)
      #expect(second.pullSpec == "mirror.local/web@\(image)" && second.sequence == 1 && second.created == event.created)
      #expect(try store.read { try $0.history(of: latest) } == [second])
    }
  }

  @Test func `another image at the same place is written over the newest event`() async throws {
    try await withImageStore { store in
      let reference = Reference(stringLiteral: "quay.io/shop/web@\(one.digest?.description ?? "")")
      try await store.tag(latest, as: .unresolved(reference))
      let event = try await store.tag(latest, as: .reference(reference))
      #expect(event.sequence == 1 && event.image == one.digest && event.pullSpec == reference.description)
      #expect(try store.read { try $0.tags(referringTo: one.digest ?? Digest(of: [])) }.map(\.eventCount) == [1])
    }
  }

  @Test func `another image at another place is a new event`() async throws {
    try await withPushedTag { store, event, _ in
      let second = try await store.tag(latest, as: two)
      #expect(try store.read { try $0.history(of: latest) } == [second, event])
      #expect(second.created > event.created)
    }
  }

  @Test func `A, B, A, B are four events`() async throws {
    try await withImageStore { store in
      for target in [one, two, one, two] { try await store.tag(latest, as: target) }
      #expect(try store.read { try $0.history(of: latest).count } == 4)
    }
  }

  @Test func `any change of the newest event clears the condition of a failed import, and no change keeps it`() async throws {
    try await withPushedTag { store, _, image in
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      func fail() async throws {
        try await store.write { [latest] in
          try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: latest)
        }
      }
      try await fail()
      // The failure is a change of the spec: the push answers its generation.
      _ = try await push(image, from: "quay.io/shop/web", to: store)
      #expect(try store.read { try $0.tag(latest)?.importCondition } == nil)
      try await fail()
      _ = try await push(image, from: "mirror.local/web", to: store)
      #expect(try store.read { try $0.tag(latest)?.importCondition } == nil)
    }
  }

  @Test func `a push leaves the spec and the stream's generation, and an import takes the tag back`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      let place = "quay.io/shop/web@\(content.digest)"
      try await store.write { [latest] in try $0.recordImport(of: content, as: place, from: source, to: latest) }
      let before = try #require(try store.read { try $0.tag(latest) })
      let pushed = try await push(two.digest ?? Digest(of: []), from: "registry.local/web", to: store)
      #expect(pushed.generation == before.generation)
      #expect(try store.read { try $0.tag(latest)?.spec } == before.spec)
      #expect(try store.read { try $0.imageStream("shop/web")?.generation } == before.generation)
      try await store.write { [latest] in try $0.recordImport(of: content, as: place, from: source, to: latest) }
      #expect(try store.read { try $0.resolve(latest).image } == content.digest)
    }
  }

  @Test func `a push needs a stream, and is pulled from the stream's own repository when nothing else is said`() async throws {
    try await withImageStore { store in
      let image = try #require(one.digest)
      let refusal = await awaitedError { [latest] in try await store.write { try $0.push(image, to: latest) } }
      #expect(refusal?.code == .notFound)
      try await store.write { [latest] writer in
        try writer.makeImageStream(latest.stream)
        try writer.setRegistryHosts(RegistryHosts(inside: "registry.local:5000"))
        try writer.push(image, to: latest)
      }
      #expect(try store.read { try $0.resolve(latest).pullSpec } == "registry.local:5000/shop/web@\(image)")
    }
  }

  @Test func `importing the same image again adds no event and keeps its time`() async throws {
    try await withPushedTag { store, event, _ in
      let content = try ImageFixtures.image("web")
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      let place = "quay.io/shop/web@\(content.digest)"
      let first = try await store.write { [latest] in try $0.recordImport(of: content, as: place, from: source, to: latest) }.value
      let again = try await store.write { [latest] in try $0.recordImport(of: content, as: place, from: source, to: latest) }
      #expect(!again.hasChanges && again.value == first && first.newest?.sequence == event.sequence + 1)
    }
  }

  @Test func `a failed import keeps the image, and counts as an answer to the spec`() async throws {
    try await withImageStore { store in
      let spec = ImageStreamSpec(tags: ["latest": TagSpec(source: .registryImage("quay.io/shop/web:1"))])
      try await store.write { try $0.apply(spec, to: "shop/web") }
      #expect(try store.read { try $0.tag(latest)?.isPending } == true)
      let source = ImportSource(reference: "quay.io/shop/web:1")
      try await store.write { [latest] in try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: latest) }
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(!tag.isPending && tag.importCondition?.generation == tag.generation && tag.newest == nil)
    }
  }
}
