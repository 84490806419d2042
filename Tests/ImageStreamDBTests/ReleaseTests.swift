import ImageStreamDB
import Synchronization
import TestSupport
import Testing

@Suite struct ReleaseTests {
  let set: ReleaseSetName = "shop/checkout"
  let web: ImageStreamTagName = "shop/web:latest"
  let api: ImageStreamTagName = "shop/api:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  private func moves(_ target: Reference) -> [ReleaseMove] {
    [ReleaseMove(web, to: .reference(target)), ReleaseMove(api, to: .reference(target))]
  }

  @Test func `the tags of a release move in one revision, and know it`() async throws {
    try await withImageStore { store in
      let moves = moves(one)
      let commit = try await store.write { try $0.release("shop/checkout", moves, by: "ann", because: "rc-7") }
      let release = commit.value
      #expect(release.sequence == 1 && release.revision == commit.revision && release.moves.map(\.tag) == [api, web])
      for tag in [web, api] {
        let event = try #require(try store.read { try $0.tag(tag)?.newest })
        #expect(event.revision == commit.revision && event.release == release.id && event.cause == .release && event.by == "ann")
      }
      #expect(try store.read { try $0.release(set) } == release)
      #expect(try store.read { try $0.releaseSets() } == [set])
    }
  }

  @Test func `one tag that is not what the release expects keeps all of them where they are`() async throws {
    try await withImageStore { store in
      try await store.tag(web, as: one)
      let digest = try #require(two.digest)
      let wrong = [ReleaseMove(api, to: .reference(two)), ReleaseMove(web, to: .reference(two), ifNow: .image(digest))]
      let absent = [ReleaseMove(api, to: .reference(two)), ReleaseMove(web, to: .reference(two), ifNow: .absent)]
      for moves in [wrong, absent] {
        let refusal = await awaitedError { try await store.write { try $0.release("shop/checkout", moves) } }
        #expect(refusal?.code == .conflict && refusal?.message.contains("shop/web:latest") == true)
      }
      #expect(try store.read { try $0.tag(api) } == nil)
      #expect(try store.read { try $0.release(set) } == nil)
    }
  }

  @Test func `a release has tags of its own namespace, each once, and at least one`() async throws {
    try await withImageStore { store in
      let stranger = [ReleaseMove("prod/web:latest", to: .reference(one))]
      let twice = [ReleaseMove(web, to: .reference(one)), ReleaseMove(web, to: .reference(two))]
      for moves in [stranger, twice, []] {
        #expect(await awaitedError { try await store.write { try $0.release("shop/checkout", moves) } }?.code == .invalidArgument)
      }
      let many = try (0...ImageStreamWriter.maximumTagsPerRelease).map { number in
        try ReleaseMove(ImageStreamTagName("shop/web:\(number)"), to: .reference(one))
      }
      #expect(await awaitedError { try await store.write { try $0.release("shop/checkout", many) } }?.code == .tooLarge)
      let most = Array(many.dropLast())
      let release = try await store.write { try $0.release("shop/checkout", most) }.value
      #expect(release.moves.count == ImageStreamWriter.maximumTagsPerRelease)
    }
  }

  @Test func `tags of a release may change places`() async throws {
    try await withImageStore { [web, api] store in
      try await store.tag(web, as: one)
      try await store.tag(api, as: two)
      try await store.write {
        try $0.release("shop/checkout", [ReleaseMove(web, to: .tag(api)), ReleaseMove(api, to: .tag(web))])
      }
      #expect(try store.read { try $0.resolve(web).image } == two.digest)
      #expect(try store.read { try $0.resolve(api).image } == one.digest)
    }
  }

  @Test func `a set goes back as one, and is held as one`() async throws {
    try await withImageStore { store in
      for target in [one, two] {
        let moves = moves(target)
        try await store.write { try $0.release("shop/checkout", moves) }
      }
      let back = try await store.write { try $0.rollback(set: "shop/checkout", hold: .skippingCurrentImage, by: "ann", because: "500s") }
      #expect(back.value.sequence == 3 && back.value.source == "shop/checkout#1")
      for tag in [web, api] {
        let tag = try #require(try store.read { try $0.tag(tag) })
        #expect(tag.newest?.image == one.digest && tag.newest?.cause == .rollback && tag.newest?.revision == back.revision)
        #expect(try tag.hold?.rule == .skip(#require(two.digest)))
      }
      #expect(await awaitedError { try await store.write { try $0.rollback(set: "shop/checkout", to: 9) } }?.code == .notFound)
      #expect(await awaitedError { try await store.write { try $0.rollback(set: "shop/none") } }?.code == .notFound)
      #expect(try store.read { try $0.releases(of: set).map(\.sequence) } == [3, 2, 1])
      #expect(try store.read { try $0.releases(of: set, before: 3, limit: 1).map(\.sequence) } == [2])
    }
  }

  @Test func `a set is promoted to the tags of the same names in another namespace`() async throws {
    try await withImageStore { store in
      for target in [one, two] {
        let moves = moves(target)
        try await store.write { try $0.release("shop/checkout", moves) }
      }
      let first = try await store.write { try $0.promote("shop/checkout", 1, to: "prod", because: "go") }.value
      #expect(first.set == "prod/checkout" && first.sequence == 1 && first.source == "shop/checkout#1")
      #expect(try store.read { try $0.resolve("prod/web:latest" as ImageStreamTagName).image } == one.digest)
      let newest = try await store.write { try $0.promote("shop/checkout", to: "prod") }.value
      #expect(newest.sequence == 2)
      #expect(try store.read { try $0.resolve("prod/api:latest" as ImageStreamTagName).image } == two.digest)
      #expect(await awaitedError { try await store.write { try $0.promote("shop/checkout", to: "shop") } }?.code == .invalidArgument)
    }
  }

  @Test func `a trigger fires once for a release, with all its tags`() async throws {
    try await withImageStore { store in
      let told = Mutex<[TriggerEvent]>([])
      try await store.addTrigger("deploy", on: .namespace("shop"))
      let moves = moves(one)
      try await store.write { try $0.release("shop/checkout", moves) }
      let run = try await store.runTriggerOnce("deploy") { event in told.withLock { $0.append(event) } }
      #expect(run.successes == 1)
      let event = try #require(told.withLock { $0.first })
      #expect(event.tag == api && event.companions.map(\.tag) == [web])
      #expect(try await store.runTriggerOnce("deploy") { _ in Issue.record("told twice") }.successes == 0)
      try await store.tag(web, as: two)
      _ = try await store.runTriggerOnce("deploy") { event in told.withLock { $0.append(event) } }
      #expect(told.withLock { $0.count } == 2 && told.withLock { $0.last?.tag } == web && told.withLock { $0.last?.companions } == [])
    }
  }

  @Test func `a release that a handler fails on is given up as one`() async throws {
    struct Failure: Error {}
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .namespace("shop"), maximumAttempts: 1)
      let moves = moves(one)
      try await store.write { try $0.release("shop/checkout", moves) }
      #expect(try await store.runTriggerOnce("deploy") { _ in throw Failure() }.failures == 1)
      #expect(try await store.runTriggerOnce("deploy") { _ in Issue.record("told again") } == TriggerRun())
      #expect(try store.triggerStatus("deploy").deliveries.map(\.isDead) == [true, true])
    }
  }
}
