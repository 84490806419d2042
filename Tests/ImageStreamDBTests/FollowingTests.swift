import ImageStreamDB
import TestSupport
import Testing

/// Tags that follow others: OpenShift's tracking tags, and beyond them chains and other streams.
@Suite struct FollowingTests {
  let source: ImageStreamTagName = "shop/web:stable"
  let follower: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  private func image(of name: ImageStreamTagName, _ store: ImageStore) throws -> Digest? { try store.read { try $0.resolve(name).image } }

  @Test func `a tag that is made from another one of its stream moves with it, in the same revision`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one, by: "ci", because: "build 1")
      try await store.tag(follower, as: .following(source))
      let moved = try await store.tag(source, as: two, by: "ci", because: "build 2")
      let event = try store.read { try $0.resolve(follower).event }
      #expect(event.image == two.digest && event.revision == moved.revision && event.generation == moved.generation)
      #expect(event.cause == .tracking && event.source == source.description && event.by == "ci" && event.because == "build 2")
      #expect(try store.read { try $0.followers(of: source) } == [follower])
    }
  }

  @Test func `a chain moves in one revision, however many hops it has`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:t0", as: one)
      for hop in 1...20 {
        try await store.tag(ImageStreamTagName("shop/web:t\(hop)"), as: .following(ImageStreamTagName("shop/web:t\(hop - 1)")))
      }
      let moved = try await store.tag("shop/web:t0", as: two)
      let name: ImageStreamTagName = "shop/web:t20"
      let last = try store.read { try $0.resolve(name).event }
      #expect(last.image == two.digest && last.revision == moved.revision)
    }
  }

  @Test func `tags that follow each other move together, whichever is moved`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one)
      try await store.tag(follower, as: .following(source))
      try await store.tag(source, as: .following(follower))
      let digest = try #require(two.digest)
      for name in [source, follower] {
        try await store.write { try $0.push(digest, to: name) }
        #expect(try image(of: source, store) == digest && image(of: follower, store) == digest)
        try await store.rollback(source)
        #expect(try image(of: follower, store) == one.digest)
      }
    }
  }

  @Test func `a tag of another stream or namespace is followed when that is asked for, and only then`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one)
      try await store.tag("prod/web:live", as: .following(source))
      try await store.tag("prod/web:copy", as: .tag(source))
      try await store.tag(source, as: two)
      #expect(try image(of: "prod/web:live", store) == two.digest)
      #expect(try image(of: "prod/web:copy", store) == one.digest)
    }
  }

  @Test func `a tag cannot be told to follow itself, nor one that points at nothing`() async throws {
    try await withImageStore { store in
      #expect(await awaitedError { try await store.tag(source, as: .following(source)) }?.code == .invalidArgument)
      #expect(await awaitedError { try await store.tag(follower, as: .following(source)) }?.code == .notFound)
    }
  }

  @Test func `when the followed tag goes, the follower stays, and follows again when it is back`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one)
      try await store.tag(follower, as: .following(source))
      try await store.untag(source)
      #expect(try image(of: follower, store) == one.digest)
      try await store.tag(source, as: two)
      #expect(try image(of: follower, store) == two.digest)
    }
  }

  @Test func `moving a follower by hand to something else ends its following`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one)
      try await store.tag(follower, as: .following(source))
      try await store.tag(follower, as: one)
      try await store.tag(source, as: two)
      #expect(try image(of: follower, store) == one.digest)
      #expect(try store.read { try $0.followers(of: source) } == [])
    }
  }

  @Test func `a follower that was rolled back moves with the next move, unless it is held`() async throws {
    try await withImageStore { store in
      for target in [one, two] { try await store.tag(source, as: target) }
      try await store.tag(follower, as: .following(source))
      try await store.tag("shop/web:held", as: .following(source))
      try await store.tag(source, as: one)
      try await store.rollback(follower)
      try await store.rollback("shop/web:held", hold: .pin)
      try await store.tag(source, as: ImageFixtures.reference("three"))
      #expect(try image(of: follower, store) == ImageFixtures.reference("three").digest)
      #expect(try image(of: "shop/web:held", store) == two.digest)
    }
  }

  @Test func `more followers than one move takes along are refused whole`() async throws {
    try await withImageStore { store in
      try await store.tag(source, as: one)
      let tags = (0..<ImageStreamWriter.maximumFollowersPerMove).map { ("t\($0)", TagSpec(source: .imageStreamTag("stable"))) }
      var spec = ImageStreamSpec(tags: Dictionary(uniqueKeysWithValues: tags))
      spec.tags["stable"] = try store.read { try $0.tag(source)?.spec }
      try await store.write { [spec] in try $0.apply(spec, to: "shop/web") }
      let refusal = await awaitedError { try await store.tag(source, as: two) }
      #expect(refusal?.code == .tooLarge)
      try await store.untag("shop/web:t0")
      try await store.tag(source, as: two)
      #expect(try image(of: "shop/web:t1", store) == two.digest)
    }
  }
}
