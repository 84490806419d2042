import ImageStreamDB
import TestSupport
import Testing

@Suite struct TagTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `a tag resolves to its image and pull spec, and keeps who and why`() async throws {
    try await withImageStore { store in
      let event = try await store.tag(latest, as: one, by: "ci", because: "build 4711")
      let resolved = try store.read { try $0.resolve(latest) }
      #expect(resolved.event == event && resolved.pullSpec == one.description)
      #expect(event.by == "ci" && event.because == "build 4711" && event.cause == .tag && event.sequence == 1)
      #expect(try event.revision == store.keyValues.revision())
    }
  }

  @Test func `moving a tag adds an event, and the older ones stay in order`() async throws {
    try await withImageStore { store in
      for target in [one, two, one, two] { try await store.tag(latest, as: target) }
      let history = try store.read { try $0.history(of: latest) }
      #expect(history.map(\.sequence) == [4, 3, 2, 1])
      #expect(history.map(\.image) == [two, one, two, one].compactMap(\.digest))
      #expect(try store.read { try $0.history(of: latest, before: 4, limit: 2) }.map(\.sequence) == [3, 2])
      #expect(try store.read { try $0.history(of: latest, before: .max) }.count == 4)
      for before in [Int64.min, -1, 0, 1] { #expect(try store.read { try $0.history(of: latest, before: before) }.isEmpty) }
    }
  }

  @Test func `tagging the same image at the same place again changes nothing`() async throws {
    try await withImageStore { store in
      let first = try await store.tag(latest, as: one)
      let revision = try store.keyValues.revision()
      let second = try await store.tag(latest, as: one, by: "someone else")
      #expect(first == second)
      #expect(try store.keyValues.revision() == revision)
    }
  }

  @Test func `the same image at another place corrects the newest event, which stays that of the move`() async throws {
    try await withImageStore { store in
      try await store.tag(latest, as: two)
      let first = try await store.tag(latest, as: one, by: "ci", because: "build 4711")
      let mirror = Reference(stringLiteral: "mirror.local/web@\(one.digest?.description ?? "")")
      let second = try await store.tag(latest, as: mirror, by: "someone else")
      #expect(second.by == "ci" && second.because == "build 4711" && second.revision == first.revision + 1)
      #expect(try store.read { try $0.event(first.sequence, of: latest) } == second)
      #expect(second.sequence == first.sequence && second.created == first.created && second.pullSpec == mirror.description)
      #expect(try store.read { try $0.history(of: latest) }.count == 2)
    }
  }

  @Test func `a reference without digest is refused, since it can change`() async throws {
    try await withImageStore { store in
      let refusal = await awaitedError { try await store.tag(latest, as: "quay.io/shop/web:1.0") }
      #expect(refusal?.code == .invalidArgument)
      let revision = try store.keyValues.revision()
      #expect(revision == 1)
    }
  }

  @Test func `a pull spec must be by the digest of its image`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      try await store.write { try $0.add(content) }
      for spec in ["quay.io/shop/web:1.0", "quay.io/shop/web", one.description, "quay.io/shop/Web@\(content.digest)", ""] {
        let refusal = await awaitedError { [latest] in try await store.tag(latest, as: .image(content.digest, pullSpec: spec)) }
        #expect(refusal?.code == .invalidArgument, "\(spec)")
      }
      let event = try await store.tag(latest, as: .image(content.digest, pullSpec: "quay.io/shop/web:1.0@\(content.digest)"))
      #expect(event.pullSpec == "quay.io/shop/web:1.0@\(content.digest)")
    }
  }

  @Test func `a tag can be made from another tag and from an image of a stream`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:1.0", as: one)
      try await store.tag("shop/web:1.0", as: two)
      let copy = try await store.tag(latest, as: .tag("shop/web:1.0"))
      #expect(copy.image == two.digest && copy.source == "shop/web:1.0")
      let short = try DigestPrefix(String((one.digest?.hex ?? "").prefix(12)))
      let old = try await store.tag("shop/web:old", as: .streamImage(ImageStreamImageName(stream: "shop/web", digest: short)))
      #expect(old.image == one.digest)
      #expect(await awaitedError { try await store.tag(latest, as: .tag("shop/web:none")) }?.code == .notFound)
    }
  }

  @Test func `several edits in one body are one revision, or none`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:canary", as: one)
      let before = try store.keyValues.revision()
      let commit = try await store.write { writer in
        try writer.tag("shop/web:stable", as: .reference(one))
        try writer.untag("shop/web:canary")
      }
      #expect(commit.revision == before + 1)
      #expect(try store.read { try $0.tags(in: .stream("shop/web")).elements.map(\.name.tag) } == ["stable"])
      let refusal = await awaitedError {
        try await store.write { writer in
          try writer.tag("shop/web:next", as: .reference(one))
          try writer.untag("shop/web:none")
        }
      }
      #expect(refusal?.code == .notFound)
      #expect(try store.read { try $0.tag("shop/web:next") } == nil)
    }
  }

  @Test func `everything can be read at an earlier revision`() async throws {
    try await withImageStore { store in
      let first = try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      try await store.untag(latest)
      #expect(storeError { try store.read { try $0.resolve(latest) } }?.code == .notFound)
      #expect(try store.read(at: .revision(first.revision)) { try $0.resolve(latest).image } == one.digest)
      #expect(try store.read(at: .revision(first.revision + 1)) { try $0.history(of: latest).count } == 2)
    }
  }

  @Test func `an untagged tag leaves no references behind`() async throws {
    try await withImageStore { store in
      for target in [one, two, one] { try await store.tag(latest, as: target) }
      let digest = try #require(one.digest)
      let references = try store.read { try $0.tags(referringTo: digest) }
      #expect(references.map(\.eventCount) == [2] && references.first?.isCurrent == true)
      try await store.untag(latest)
      #expect(try store.read { try $0.tags(referringTo: digest) }.isEmpty)
      let keys = try store.keyValues.read { try $0.range(RangeQuery(.prefix(bytes("isdb/")))).keyValues.map(\.keyText) }
      #expect(keys == ["isdb/streams/shop/web"])
    }
  }

  @Test func `streams, tags and images are listed in pages`() async throws {
    try await withImageStore { store in
      for name in ["a/x", "shop/api", "shop/web", "shop0/web"] { try await store.tag(ImageStreamTagName(name), as: one) }
      #expect(try store.read { try $0.imageStreams(in: "shop").elements.map(\.name) } == ["shop/api", "shop/web"])
      let page = try store.read { try $0.imageStreams(after: "a/x", limit: 2) }
      #expect(page.elements.map(\.name) == ["shop/api", "shop/web"] && page.hasMore)
      let exact = try store.read { try $0.imageStreams(after: "a/x", limit: 3) }
      #expect(exact.elements.count == 3 && !exact.hasMore)
      #expect(storeError { try store.read { try $0.imageStreams(limit: -1) } }?.code == .invalidArgument)
      #expect(storeError { try store.read { try $0.history(of: "a/x", limit: -1) } }?.code == .invalidArgument)
    }
  }

  @Test func `a long history is trimmed before its tag goes`() async throws {
    try await withImageStore { store in
      let digests = (0..<60).map { ImageFixtures.reference("\($0)") }
      for target in digests { try await store.tag(latest, as: target) }
      let trimmed = try await store.write { try $0.trimHistory(of: latest, to: 10) }.value
      #expect(trimmed)
      #expect(try store.read { try $0.history(of: latest).map(\.sequence) } == (51...60).reversed().map(Int64.init))
      #expect(try store.read { try $0.tag(latest)?.eventCount } == 10)
      try await store.untag(latest)
    }
  }

  @Test func `notes are limited`() async throws {
    try await withImageStore { store in
      try await store.tag(latest, as: one, because: String(repeating: "x", count: 1024))
      #expect(await awaitedError { try await store.tag(latest, as: two, because: String(repeating: "x", count: 1025)) }?.code == .tooLarge)
    }
  }
}
