import ImageStreamDB
import Synchronization
import TestSupport
import Testing

@Suite struct TriggerTests {
  private struct Failure: Error, CustomStringConvertible { let description = "deploy failed" }

  /// What a handler was told.
  private final class Deployments: Sendable {
    private let told = Mutex<[TriggerEvent]>([])
    var events: [TriggerEvent] { told.withLock { $0 } }
    var images: [Digest?] { events.map(\.image) }
    func add(_ event: TriggerEvent) { told.withLock { $0.append(event) } }
  }

  let latest: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `a trigger is told of moves after it was added, once each`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.tag(latest, as: one)
      try await store.addTrigger("deploy", on: .tag(latest))
      #expect(try await store.runTriggerOnce("deploy", handler: deployments.add) == TriggerRun())
      try await store.tag(latest, as: two, by: "ci")
      #expect(try await store.runTriggerOnce("deploy", handler: deployments.add).successes == 1)
      #expect(try await store.runTriggerOnce("deploy", handler: deployments.add).successes == 0)
      let event = try #require(deployments.events.first)
      #expect(deployments.events.count == 1 && event.image == two.digest && event.pullSpec == two.description)
      #expect(event.previousImage == nil && event.attempt == 1 && event.event.by == "ci")
      try await store.rollback(latest)
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.images == [two, one].compactMap(\.digest))
      #expect(deployments.events.last?.previousImage == two.digest)
    }
  }

  @Test func `moves in between are left out, and a move there and back is none`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.addTrigger("deploy", on: .tag(latest))
      for target in [one, two, one] { try await store.tag(latest, as: target) }
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      for target in [two, one] { try await store.tag(latest, as: target) }
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.images == [one].compactMap(\.digest))
    }
  }

  @Test func `only tags in scope count, and removals do not`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.addTrigger("deploy", on: .stream("shop/web"))
      try await store.tag("shop/web:a", as: one)
      try await store.tag("shop/web:b", as: one)
      try await store.tag("shop/webx:a", as: one)
      try await store.untag("shop/web:b")
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.events.map(\.tag) == ["shop/web:a"])
    }
  }

  @Test func `a failure is noted, keeps the cursor, and is tried again with the image of then`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.addTrigger("deploy", on: .tag(latest))
      try await store.tag(latest, as: one)
      let failed = try await store.runTriggerOnce("deploy") { _ in throw Failure() }
      #expect(failed.failures == 1)
      let status = try store.triggerStatus("deploy")
      #expect(status.deliveries.first?.error == "deploy failed" && status.deliveries.first?.attempts == 1)
      #expect(status.deliveries.first?.deliveredImage == nil)
      try await store.tag(latest, as: two)
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.images == [two].compactMap(\.digest) && deployments.events.first?.attempt == 1)
      #expect(try store.triggerStatus("deploy").deliveries.first?.error == nil)
    }
  }

  @Test func `a tag that fails does not keep the others waiting`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.addTrigger("deploy", on: .all)
      for tag in ["a", "b", "c"] { try await store.tag(ImageStreamTagName(stream: "shop/web", tag: tag), as: one) }
      let run = try await store.runTriggerOnce("deploy") { event in
        if event.tag.tag == "a" { throw Failure() }
        deployments.add(event)
      }
      #expect(run.successes == 2 && run.failures == 1)
      #expect(deployments.events.map(\.tag.tag) == ["b", "c"])
    }
  }

  @Test func `an image is given up after so many attempts, and the next one is tried`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .tag(latest), maximumAttempts: 2)
      try await store.tag(latest, as: one)
      for _ in 0..<2 { try await store.runTriggerOnce("deploy") { _ in throw Failure() } }
      #expect(try store.triggerStatus("deploy").deliveries.first?.isDead == true)
      let deployments = Deployments()
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.events.isEmpty)
      try await store.tag(latest, as: two)
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.images == [two].compactMap(\.digest))
    }
  }

  @Test func `a running trigger waits longer after each failure, up to a limit, and goes on with what comes`() async throws {
    try await withImageStore { store in
      let waits = Mutex<[Duration]>([])
      let failuresLeft = Mutex(5)
      let (deployed, continuation) = AsyncStream<TriggerEvent>.makeStream()
      var retry = TriggerRetry(initialDelay: .seconds(1), maximumDelay: .seconds(6))
      retry.sleep = { duration in waits.withLock { $0.append(duration) } }
      let runner = Task { [latest, retry] in
        try await store.runTrigger("deploy", on: latest, retry: retry) { event in
          let fails = failuresLeft.withLock { left in
            defer { left -= 1 }
            return left > 0
          }
          if fails { throw Failure() }
          continuation.yield(event)
        }
      }
      while try store.read({ try $0.trigger("deploy") }) == nil { await Task.yield() }
      try await store.tag(latest, as: one)
      var events = deployed.makeAsyncIterator()
      #expect(await events.next()?.attempt == 6)
      #expect(waits.withLock { $0 } == [1, 2, 4, 6, 6].map { .seconds($0) })
      try await store.tag(latest, as: two)
      #expect(await events.next()?.image == two.digest)
      runner.cancel()
      try await runner.value
    }
  }

  @Test func `a gap in the log is made up for by the tags as they are`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.tag("shop/web:untouched", as: one)
      try await store.addTrigger("deploy", on: .stream("shop/web"))
      try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      try await store.keyValues.compact(to: store.keyValues.revision(), force: true)
      try await store.runTriggerOnce("deploy", handler: deployments.add)
      #expect(deployments.events.map(\.tag) == [latest] && deployments.images == [two].compactMap(\.digest))
    }
  }

  @Test func `a trigger holds compaction back until it has come along`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .tag(latest))
      try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      let held = try await store.keyValues.compact(to: store.keyValues.revision())
      #expect(held.heldBackBy.map(\.name) == ["trigger/deploy"])
      try await store.runTriggerOnce("deploy") { _ in }
      let free = try await store.keyValues.compact(to: store.keyValues.revision())
      #expect(free.heldBackBy.isEmpty)
    }
  }

  @Test func `triggers have names of their own and can be removed`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all, command: ["true"])
      #expect(await awaitedError { try await store.addTrigger("deploy", on: .all) }?.code == .alreadyExists)
      #expect(await awaitedError { try await store.addTrigger("Deploy!", on: .all) }?.code == .invalidArgument)
      #expect(try store.read { try $0.triggers() }.map(\.command) == [["true"]])
      try await store.tag(latest, as: one)
      try await store.runTriggerOnce("deploy") { _ in }
      try await store.removeTrigger("deploy")
      #expect(await awaitedError { try await store.removeTrigger("deploy") }?.code == .notFound)
      #expect(try store.keyValues.consumers().isEmpty)
      #expect(await awaitedError { try await store.runTriggerOnce("deploy") { _ in } }?.code == .notFound)
    }
  }

  @Test func `a watch of a scope tells of moves, failed imports and removals`() async throws {
    try await withImageStore { store in
      try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      try await store.write {
        try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: latest)
      }
      try await store.untag(latest)
      var changes = try store.events(in: .namespace("shop"), after: 1).makeAsyncIterator()
      var kinds: [TagChange.Kind] = []
      var previous: [Digest?] = []
      for _ in 0..<4 {
        let change = try #require(try await changes.next())
        kinds.append(change.kind)
        previous.append(change.previous?.image)
      }
      #expect(previous == [nil, one.digest, two.digest, two.digest])
      guard case .moved(let event) = kinds[1], case .importFailed(let condition) = kinds[2], case .removed = kinds[3] else {
        Issue.record("the changes are \(kinds)")
        return
      }
      #expect(event.image == two.digest && condition.reason == "NotFound")
    }
  }
}
