import LMDB
import Synchronization
import TestSupport
import Testing

@testable import MVCC

@Suite struct KeeperTests {
  /// A policy that takes its turns as fast as it can, and the events that it reports.
  private static func policy() -> (KeeperPolicy, AsyncStream<KeeperEvent>) {
    let (events, continuation) = AsyncStream.makeStream(of: KeeperEvent.self)
    var policy = KeeperPolicy()
    policy.interval = .milliseconds(1)
    policy.maximumBackoff = .milliseconds(2)
    policy.report = { continuation.yield($0) }
    return (policy, events)
  }

  @Test func `a keeper deletes the keys of a lease that has ended`() async throws {
    let clocks = ManualClocks()
    try await withStore(clocks.configuration) { store in
      _ = try await store.grantLease(seconds: 10, id: 7)
      try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 7) }
      let (policy, _) = Self.policy()
      let keeper = Task { try await store.runKeeper(policy) }
      clocks.advance(by: .milliseconds(10_001))
      var batches = try store.watch(.all, after: 2).makeAsyncIterator()
      #expect(try await batches.next()?.events.map(\.kind) == [.delete])
      keeper.cancel()
      await #expect(throws: CancellationError.self) { try await keeper.value }
    }
  }

  @Test func `one of two has the role, and the other takes over when it ends`() async throws {
    try await withStore { store in
      let (firstPolicy, firstEvents) = Self.policy()
      let (secondPolicy, secondEvents) = Self.policy()
      var first = firstEvents.makeAsyncIterator()
      var second = secondEvents.makeAsyncIterator()
      let keeper = Task { try await store.runKeeper(firstPolicy) }
      #expect(await first.next()?.text == "took role")
      let standby = Task { try await store.runKeeper(secondPolicy) }
      #expect(await second.next()?.text == "stands by")
      keeper.cancel()
      #expect(await second.next()?.text == "took role")
      standby.cancel()
      await #expect(throws: CancellationError.self) { try await standby.value }
      await #expect(throws: CancellationError.self) { try await keeper.value }
    }
  }

  @Test func `a duty that fails is tried again after waits that grow to a limit`() async throws {
    try await withStore { store in
      let time = TestTime(isAutomatic: true)
      let events = Mutex<[String]>([])
      var policy = KeeperPolicy()
      policy.sleep = { try await time.sleep($0) }
      policy.report = { event in events.withLock { $0.append(event.text) } }
      policy.duties = [ScriptedDuty(name: "once", failingTurns: 0..<6, turns: 8)]
      await #expect(throws: StoreError.self) { try await store.runKeeper(policy) }
      #expect(time.sleeps.map { $0 / .milliseconds(500) } == [2, 4, 8, 16, 20, 20, 1, 1])
      let failures = [1000, 2000, 4000, 8000, 10_000, 10_000].map { "once failed, again in \($0) ms" }
      #expect(events.withLock { $0 } == ["took role"] + failures + ["once recovered"])
    }
  }

  @Test func `a duty that fails holds up no other`() async throws {
    try await withStore { store in
      var (policy, _) = Self.policy()
      policy.duties = [
        ScriptedDuty(name: "broken", failingTurns: 0..<Int.max, turns: Int.max),
        ScriptedDuty(name: "whole", failingTurns: 0..<0, turns: 30),
      ]
      await #expect(throws: StoreError.self) { try await store.runKeeper(policy) }
    }
  }

  @Test func `a duty has an interval of its own when it says so`() async throws {
    try await withStore { store in
      let time = TestTime(isAutomatic: true)
      var policy = KeeperPolicy()
      policy.sleep = { try await time.sleep($0) }
      policy.duties = [ScriptedDuty(name: "rare", interval: .seconds(60), failingTurns: 0..<0, turns: 2)]
      await #expect(throws: StoreError.self) { try await store.runKeeper(policy) }
      #expect(time.sleeps == [.seconds(60), .seconds(60)])
    }
  }

  @Test func `a lease that cannot be revoked does not keep the others`() async throws {
    let clocks = ManualClocks()
    let directory = try TemporaryDirectory()
    let store = try RevisionStore.open(at: directory.appending("store"), configuration: clocks.configuration)
    defer { store.close() }
    for id in 1...3 {
      _ = try await store.grantLease(seconds: Int64(id), id: Int64(id))
      try await store.write { try $0.put(bytes("k\(id)"), bytes("1"), lease: Int64(id)) }
    }
    try await store.queue.perform { batch in
      let damaged: [UInt8] = [1, 2, 3]
      try batch.transaction.put(damaged.span, for: bytes("k1").span, in: batch.store.tables.current)
      batch.hasChanges = true
    }
    clocks.advance(by: .seconds(60))
    #expect(await awaitedError { try await store.expireLeases() }?.code == .corrupt)
    #expect(try store.leases().map(\.id) == [1])
    #expect(try store.keys(of: 1) == [bytes("k1")])
    #expect(try store.check().findings.contains { $0.contains("\"k1\"") })
  }

  @Test func `a closed store ends its keeper, and one open for reading has none`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let store = try RevisionStore.open(at: path)
    let (policy, events) = Self.policy()
    let keeper = Task { try await store.runKeeper(policy) }
    for await event in events where event.text == "took role" { break }
    store.close()
    #expect(await awaitedError { try await keeper.value }?.code == .closed)
    var configuration = StoreConfiguration()
    configuration.isReadOnly = true
    let reader = try RevisionStore.open(at: path, configuration: configuration)
    defer { reader.close() }
    #expect(await awaitedError { try await reader.runKeeper() }?.code == .permissionDenied)
  }
}

/// Fails in some of its turns, and ends the keeper after the last as a store that was closed would.
private struct ScriptedDuty: KeeperDuty {
  let name: String
  var interval = Duration.zero
  let failingTurns: Range<Int>
  let turns: Int
  private var turn = 0

  init(name: String, interval: Duration = .zero, failingTurns: Range<Int>, turns: Int) {
    self.name = name
    self.interval = interval
    self.failingTurns = failingTurns
    self.turns = turns
  }

  mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    defer { turn += 1 }
    if turn >= turns { throw StoreError(.closed, "the script is over") }
    if failingTurns.contains(turn) { throw StoreError(.unavailable, "turn \(turn) fails") }
  }
}

extension KeeperEvent {
  fileprivate var text: String {
    switch self {
    case .standsBy: "stands by"
    case .tookRole: "took role"
    case .dutyFailed(let duty, _, let delay): "\(duty) failed, again in \(Int(delay / .milliseconds(1))) ms"
    case .dutyRecovered(let duty): "\(duty) recovered"
    }
  }
}
