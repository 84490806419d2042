import ImageStreamDB
import TestSupport
import Testing

/// Holds: what keeps automation from undoing a rollback.
@Suite struct HoldTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let contents: [ImageContent]

  init() throws { contents = try ["one", "two", "three"].map { try ImageFixtures.image($0) } }

  private func found(_ number: Int, version: String = "latest", _ store: ImageStore) async throws {
    let content = contents[number]
    try await store.write { [latest] writer in
      try writer.recordImport(
        of: content, as: "quay.io/shop/web@\(content.digest)", from: ImportSource(reference: "quay.io/shop/web:\(version)"), to: latest)
    }
  }

  private func current(_ store: ImageStore) throws -> Int? {
    let image = try store.read { try $0.resolve(latest).image }
    return contents.firstIndex { $0.digest == image }
  }

  /// A store whose tag was rolled back from the second image to the first.
  private func withRollback(_ hold: RollbackHold, _ body: (ImageStore, ManualClock) async throws -> Void) async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withImageStore(configuration) { store in
      try await found(0, store)
      try await found(1, store)
      try await store.rollback(latest, hold: hold, by: "me", because: "500s")
      try await body(store, clock)
    }
  }

  @Test func `a pin refuses every import until it is released, and the refusal says so`() async throws {
    try await withRollback(.pin) { store, _ in
      for number in [1, 2] {
        try await found(number, store)
        #expect(try current(store) == 0)
      }
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.hold?.by == "me" && tag.hold?.because == "500s")
      #expect(tag.refused?.image == contents[2].digest && tag.refused?.reason.contains("pinned") == true)
      try await store.write { [latest] in try $0.releaseHold(of: latest) }
      #expect(try store.read { try $0.tag(latest) }.map { $0.hold == nil && $0.refused == nil } == true)
      try await found(2, store)
      #expect(try current(store) == 2)
    }
  }

  @Test func `the same refusal again makes no revision`() async throws {
    try await withRollback(.pin) { store, clock in
      try await found(1, store)
      let revision = try store.keyValues.revision()
      clock.advance(by: .seconds(900))
      try await found(1, store)
      #expect(try store.keyValues.revision() == revision)
    }
  }

  @Test func `skipping the image that was rolled back from takes the next different one, and is over then`() async throws {
    try await withRollback(.skippingCurrentImage) { store, _ in
      try await found(1, store)
      #expect(try current(store) == 0)
      try await found(0, store)
      #expect(try store.read { try $0.tag(latest)?.hold } != nil)
      try await found(2, store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(try current(store) == 2)
      #expect(tag.hold == nil && tag.refused == nil)
      try await found(1, store)
      #expect(try current(store) == 1)
    }
  }

  @Test func `waiting for a newer version compares versions, and refuses what has none`() async throws {
    try await withRollback(.untilNewer("1.4.0")) { store, _ in
      for version in ["1.3.9", "1.4.0", "latest", "1.4.0-rc.1"] {
        try await found(2, version: version, store)
        #expect(try current(store) == 0, "\(version)")
      }
      try await found(2, version: "1.4.1", store)
      #expect(try current(store) == 2)
      #expect(try store.read { try $0.tag(latest)?.hold } == nil)
    }
  }

  @Test func `a bound that is no version is refused`() async throws {
    try await withRollback(.pin) { store, _ in
      let refusal = await awaitedError { [latest] in try await store.write { try $0.hold(latest, .untilNewer("newest")) } }
      #expect(refusal?.code == .invalidArgument)
    }
  }

  @Test func `a hold until a time refuses up to it, and not at it`() async throws {
    let end = ManualClock().now + .seconds(100)
    try await withRollback(.until(end)) { store, clock in
      clock.advance(by: .milliseconds(99_999))
      try await found(1, store)
      #expect(try current(store) == 0)
      clock.advance(by: .milliseconds(1))
      try await found(1, store)
      #expect(try current(store) == 1)
      #expect(try store.read { try $0.heldTags() }.isEmpty)
    }
  }

  @Test func `people move a held tag, and the hold stays`() async throws {
    try await withRollback(.pin) { store, _ in
      try await store.tag(latest, as: ImageFixtures.reference("by hand"))
      #expect(try store.read { try $0.tag(latest)?.hold?.rule } == .pin)
      #expect(try store.read { try $0.heldTags(in: .stream("shop/web")).map(\.name) } == [latest])
      #expect(try store.read { try $0.heldTags(in: .namespace("other")) }.isEmpty)
    }
  }

  @Test func `the history of a refused import has no event, and the spec stays answered`() async throws {
    try await withRollback(.pin) { store, _ in
      try await found(1, store)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.eventCount == 3 && !tag.isPending && tag.importCondition?.succeeded == true)
    }
  }

  @Test func `holds that are due end together, also where one tag follows another`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withImageStore(configuration) { store in
      let (source, first, second): (ImageStreamTagName, ImageStreamTagName, ImageStreamTagName) = (
        "shop/web:source", "shop/web:a", "shop/web:b"
      )
      let end = clock.now + .seconds(10)
      try await store.tag(source, as: ImageFixtures.reference("one"))
      try await store.tag(first, as: .following(source))
      try await store.tag(second, as: .following(first))
      try await store.write { for name in [first, second] { try $0.hold(name, .until(end)) } }
      try await store.tag(source, as: ImageFixtures.reference("two"))
      #expect(try await store.write { try $0.releaseHoldsDue(limit: 10) }.value == [])
      clock.advance(by: .seconds(10))
      // The second one's ends when the first one moves.
      #expect(try await store.write { try $0.releaseHoldsDue(limit: 10) }.value == [first])
      for name in [first, second] {
        #expect(try store.read { try $0.resolve(name).image } == ImageFixtures.reference("two").digest)
        #expect(try store.read { try $0.tag(name)?.hold } == nil)
      }
    }
  }

  @Test func `a held reference stays where it is`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:source", as: .unresolved("quay.io/shop/web:1"))
      try await store.tag(latest, as: .following("shop/web:source"))
      try await store.write { [latest] in try $0.hold(latest, .pin) }
      try await store.tag("shop/web:source", as: .unresolved("quay.io/shop/web:2"))
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.newest?.pullSpec == "quay.io/shop/web:1" && tag.refused?.pullSpec == "quay.io/shop/web:2")
    }
  }

  @Test func `what is not held cannot be released, and a reference without an image has none to skip`() async throws {
    try await withImageStore { store in
      try await store.tag(latest, as: ImageFixtures.reference("one"))
      let refusal = await awaitedError { [latest] in try await store.write { try $0.releaseHold(of: latest) } }
      #expect(refusal?.code == .notFound)
      try await store.tag(latest, as: .unresolved("quay.io/shop/web:2"))
      #expect(await awaitedError { try await store.rollback(latest, hold: .skippingCurrentImage) }?.code == .invalidArgument)
      #expect(try store.read { try $0.resolve(latest).image } == nil)
    }
  }

  @Test func `a follower that waits for a newer version asks the image of the followed tag for it`() async throws {
    try await withImageStore { store in
      let source: ImageStreamTagName = "upstream/web:stable"
      let follower: ImageStreamTagName = "shop/web:held"
      var images: [ImageContent] = []
      for version in ["1.4.0", "1.4.1", "1.5.0"] {
        images.append(try ImageFixtures.image(version, labels: ["org.opencontainers.image.version": version]))
      }
      let contents = images
      try await store.write { writer in for content in contents { try writer.add(content, repository: "quay.io/shop/web") } }
      try await store.tag(source, as: .image(contents[0].digest, pullSpec: nil))
      try await store.tag(follower, as: .following(source))
      try await store.write { try $0.hold(follower, .untilNewer("1.4.1")) }
      try await store.tag(source, as: .image(contents[1].digest, pullSpec: nil))
      let held = try #require(try store.read { try $0.tag(follower) })
      #expect(held.newest?.image == contents[0].digest && held.refused?.image == contents[1].digest)
      try await store.tag(source, as: .image(contents[2].digest, pullSpec: nil))
      let free = try #require(try store.read { try $0.tag(follower) })
      #expect(free.newest?.image == contents[2].digest && free.hold == nil)
    }
  }
}
