import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ImageStreamDB

/// What a runner does between moves: backoff, coming and going of tags and triggers, kills and gaps.
@Suite struct TriggerRunnerTests {
  private struct Failure: Error, CustomStringConvertible { let description = "deploy failed" }

  /// What a handler was told, to be waited for.
  private struct Deployments: Sendable {
    let stream: AsyncStream<TriggerEvent>
    let add: @Sendable (TriggerEvent) -> Void

    init() {
      let (stream, continuation) = AsyncStream<TriggerEvent>.makeStream()
      self.stream = stream
      add = { continuation.yield($0) }
    }
  }

  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")
  let a: ImageStreamTagName = "shop/web:a"
  let b: ImageStreamTagName = "shop/web:b"

  @Test func `waits double up to the limit, whatever the number of failures`() {
    let retry = TriggerRetry(initialDelay: .seconds(1), maximumDelay: .seconds(300))
    #expect([1, 2, 3, 9, 10, 1000].map(retry.delay(afterFailures:)) == [1, 2, 4, 256, 300, 300].map { .seconds($0) })
    #expect(TriggerRetry(initialDelay: .seconds(9), maximumDelay: .seconds(5)).delay(afterFailures: 1) == .seconds(5))
  }

  @Test func `while one tag waits to be tried again, others are handled, and so is a new image of its own`() async throws {
    try await withImageStore { store in
      let time = TestTime(isAutomatic: false)
      let deployments = Deployments()
      try await store.addTrigger("deploy", on: .stream("shop/web"))
      let runner = Task { [a, one] in
        let retry = TriggerRetry(initialDelay: .seconds(8), sleep: time.sleep, now: { time.now })
        try await store.runTrigger("deploy", retry: retry) { event in
          deployments.add(event)
          if event.tag == a, event.image == one.digest { throw Failure() }
        }
      }
      var told = deployments.stream.makeAsyncIterator()
      try await store.tag(a, as: one)
      #expect(await told.next()?.tag == a)
      while time.sleeps.isEmpty { await Task.yield() }
      time.advance(by: .seconds(3))
      try await store.tag(b, as: one)
      #expect(await told.next()?.tag == b)
      while time.sleeps.count < 2 { await Task.yield() }
      #expect(time.sleeps == [.seconds(8), .seconds(5)])
      #expect(time.wake() == 1)
      let again = try #require(await told.next())
      #expect(again.tag == a && again.attempt == 2)
      while time.sleeps.count < 3 { await Task.yield() }
      #expect(time.sleeps.last == .seconds(16))
      try await store.tag(a, as: two)
      let fresh = try #require(await told.next())
      #expect(fresh.image == two.digest && fresh.attempt == 1 && fresh.previousImage == nil)
      while try store.triggerStatus("deploy").revision < fresh.event.revision { await Task.yield() }
      runner.cancel()
      try await runner.value
    }
  }

  @Test func `a tag that fails holds the cursor, however much happens behind it, and nothing else`() async throws {
    try await withImageStore { store in
      let handled = Mutex<Set<String>>([])
      try await store.addTrigger("deploy", on: .stream("shop/web"))
      let first = try await store.tag(a, as: one)
      for part in 0..<3 {
        try await store.write { [one] writer in
          for number in 0..<500 {
            let name = try ImageStreamTagName(stream: "shop/web", tag: "n\(part)-\(number)")
            try writer.tag(name, as: .reference(one))
          }
        }
      }
      let run = try await store.runTriggerOnce("deploy") { [a] event in
        if event.tag == a { throw Failure() }
        handled.withLock { _ = $0.insert(event.tag.tag) }
      }
      #expect(run.successes == 1500 && run.failures == 1 && handled.withLock { $0.count } == 1500)
      #expect(try store.triggerStatus("deploy").revision < first.revision)
      let second = try await store.runTriggerOnce("deploy") { _ in }
      #expect(second.successes == 1 && second.failures == 0)
      #expect(try store.triggerStatus("deploy").revision == store.keyValues.revision())
    }
  }

  @Test func `a gap in the log is made up for in pages`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      for part in 0..<3 {
        try await store.write { [one] writer in
          for number in 0..<500 { try writer.tag(ImageStreamTagName(stream: "shop/web", tag: "n\(part)-\(number)"), as: .reference(one)) }
        }
      }
      try await store.keyValues.compact(to: store.keyValues.revision(), force: true)
      #expect(try await store.runTriggerOnce("deploy") { _ in }.successes == 1500)
      #expect(try await store.runTriggerOnce("deploy") { _ in } == TriggerRun())
    }
  }

  @Test func `a tag that is removed is forgotten, and one of its name is new`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      try await store.tag(a, as: one)
      try await store.runTriggerOnce("deploy") { _ in }
      #expect(try store.triggerStatus("deploy").deliveries.map(\.tag) == [a])
      try await store.untag(a)
      #expect(try await store.runTriggerOnce("deploy") { _ in } == TriggerRun())
      #expect(try store.triggerStatus("deploy").deliveries.isEmpty)
      try await store.tag(a, as: one)
      #expect(try await store.runTriggerOnce("deploy") { _ in }.successes == 1)
    }
  }

  @Test func `a corrected pull spec is told, since it is what the handler works with`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      try await store.tag(a, as: one)
      try await store.runTriggerOnce("deploy") { _ in }
      let mirror = try Reference(registry: "mirror.local", repository: "web", digest: one.digest)
      try await store.tag(a, as: mirror)
      let specs = Mutex<[String]>([])
      try await store.runTriggerOnce("deploy") { event in specs.withLock { $0.append(event.pullSpec) } }
      #expect(specs.withLock { $0 } == [mirror.description])
    }
  }

  @Test func `an import that fails moves nothing, so nothing is told`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      let source = ImportSource(reference: "quay.io/shop/web:a")
      try await store.write { [a] in try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: a) }
      #expect(try await store.runTriggerOnce("deploy") { _ in } == TriggerRun())
      try await store.tag(a, as: one)
      try await store.runTriggerOnce("deploy") { _ in }
      try await store.write { [a] in try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: a) }
      #expect(try await store.runTriggerOnce("deploy") { _ in } == TriggerRun())
    }
  }

  @Test func `a handler that is cancelled did not fail, and one that throws a cancellation of its own did`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      try await store.tag(a, as: one)
      #expect(try await store.runTriggerOnce("deploy") { _ in throw CancellationError() }.failures == 1)
      try await store.tag(a, as: two)
      let deployments = Deployments()
      let runner = Task {
        try await store.runTrigger("deploy") { event in
          deployments.add(event)
          try await Task.sleep(for: .seconds(3600))
        }
      }
      var told = deployments.stream.makeAsyncIterator()
      _ = await told.next()
      runner.cancel()
      try await runner.value
      let delivery = try #require(try store.triggerStatus("deploy").deliveries.first)
      #expect(delivery.attempts == 1 && delivery.attemptedPullSpec == one.description)
    }
  }

  @Test func `a runner without work takes its cursor along`() async throws {
    try await withImageStore { store in
      let time = TestTime(isAutomatic: false)
      try await store.addTrigger("deploy", on: .tag(a))
      let status = try store.triggerStatus("deploy")
      let runner = Task {
        var runner = TriggerRunner(store, status, idle: { try await time.sleep(.seconds(60)) }, handler: { _ in })
        try await runner.runForever()
      }
      while time.sleeps.isEmpty { await Task.yield() }
      for number in 0..<5 { try await store.keyValues.write { try $0.put(bytes("other/\(number)"), []) } }
      let newest = try store.keyValues.revision()
      #expect(try store.triggerStatus("deploy").revision < newest)
      while try store.triggerStatus("deploy").revision < newest {
        time.wake()
        await Task.yield()
      }
      runner.cancel()
      _ = await runner.result
      #expect(try await store.keyValues.compact(to: newest).heldBackBy.isEmpty)
    }
  }

  @Test func `a trigger that is removed while it runs leaves nothing behind, and its successor begins at its own beginning`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      try await store.tag(a, as: one)
      let gone = await awaitedError { try await store.runTrigger("deploy") { _ in try await store.removeTrigger("deploy") } }
      #expect(gone?.code == .notFound)
      #expect(try store.keyValues.consumers().isEmpty && store.read { try $0.deliveries(of: "deploy") }.isEmpty)
      try await store.addTrigger("deploy", on: .all)
      try await store.tag(a, as: two)
      let replaced = await awaitedError {
        try await store.runTrigger("deploy") { _ in
          try await store.removeTrigger("deploy")
          try await store.addTrigger("deploy", on: .all)
        }
      }
      #expect(replaced?.code == .notFound)
      let status = try store.triggerStatus("deploy")
      #expect(status.revision == status.trigger.createRevision && status.deliveries.isEmpty)
    }
  }

  @Test func `a trigger with many deliveries is removed in parts, and a cursor that was left goes too`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .all)
      let count = ImageStreamWriter.maximumDeliveriesPerRemoval + 1
      try await store.keyValues.write { writer in
        for number in 0..<count { try writer.put(bytes("isdb/deliveries/deploy/shop/web:\(number)"), []) }
      }
      let before = try store.keyValues.revision()
      try await store.removeTrigger("deploy")
      #expect(try store.keyValues.revision() == before + 2)
      #expect(try store.keyValues.read { try $0.count(.prefix(bytes("isdb/"))) } == 0)
      try await store.keyValues.setConsumer("trigger/deploy", to: before)
      try await store.removeTrigger("deploy")
      #expect(try store.keyValues.consumers().isEmpty)
    }
  }

  @Test func `a closed store ends the runner without an error`() async throws {
    try await withImageStore { store in
      let deployments = Deployments()
      try await store.tag(a, as: one)
      let path = store.path + "-2"
      let other = try ImageStore.open(at: path)
      try await other.addTrigger("deploy", on: .all)
      let runner = Task { try await other.runTrigger("deploy") { deployments.add($0) } }
      try await other.tag(a, as: one)
      var told = deployments.stream.makeAsyncIterator()
      _ = await told.next()
      other.close()
      try await runner.value
    }
  }

  @Test func `a process killed in a handler is made up for by the next, told of the same image`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let note = directory.appending("note")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, note = note as String] in
      let store = try ImageStore.open(at: path)
      try await store.addTrigger("deploy", on: .all)
      try await store.tag("shop/web:a", as: ImageFixtures.reference("one"))
      try await store.tag("shop/web:b", as: ImageFixtures.reference("one"))
      try await store.runTrigger("deploy") { event in
        if event.tag.tag == "a" { return }
        try Data("\(event.tag)".utf8).write(to: URL(fileURLWithPath: note))
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try String(contentsOfFile: note, encoding: .utf8) == "shop/web:b")
    let store = try ImageStore.open(at: path)
    defer { store.close() }
    let told = Mutex<[TriggerEvent]>([])
    try await store.runTriggerOnce("deploy") { event in told.withLock { $0.append(event) } }
    #expect(told.withLock { $0.map(\.tag) } == ["shop/web:b"] && told.withLock { $0.first?.attempt } == 1)
    try requireConsistency(store.keyValues)
  }
}
