import MVCC
import TestSupport
import Testing

@Suite struct RetentionTests {
  /// Puts `count` values of one key, a minute apart; the first at revision 2.
  private static func history(_ count: Int, of key: String = "a", _ store: RevisionStore, _ clock: ManualClock) async throws {
    for number in 1...count {
      try await store.write { try $0.put(bytes(key), bytes("\(number)")) }
      clock.advance(by: .seconds(60))
    }
  }

  private static func withClock(_ body: (RevisionStore, ManualClock) async throws -> Void) async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withStore(configuration) { try await body($0, clock) }
  }

  // MARK: By count and by age

  @Test func `keeping a number of revisions compacts to that many before the newest`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(10, store, clock)
      #expect(try await store.compact(keeping: .revisions(3)).compactRevision == 8)
      #expect(try await store.compact(keeping: .revisions(100)).compactRevision == 8)
      #expect(try await store.compact(keeping: .revisions(0)).compactRevision == 11)
      #expect(try store.statistics().historyCount == 0)
    }
  }

  @Test func `keeping a duration leaves every time in it readable`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(10, store, clock)
      let begin = clock.now - .seconds(270)
      let expected = try store.read(at: .time(begin)) { try $0.get(bytes("a")) }
      // Commits at minutes 0 to 9, now 10: what stood at 5:30 is the commit of minute 5, revision 7.
      #expect(try await store.compact(keeping: .duration(.seconds(270))).compactRevision == 7)
      #expect(try store.read(at: .time(begin)) { try $0.get(bytes("a")) } == expected)
      #expect(await awaitedError { _ = try store.read(at: .time(begin - .seconds(31))) { $0.revision } }?.code == .compacted)
      #expect(try await store.compact(keeping: .duration(.seconds(100_000))).compactRevision == 7)
    }
  }

  @Test func `a commit exactly as old as what is kept stays the oldest readable`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(10, store, clock)
      #expect(try await store.compact(keeping: .duration(.seconds(300))).compactRevision == 7)
      #expect(try await store.compact(keeping: .duration(.milliseconds(239_999))).compactRevision == 8)
    }
  }

  @Test func `a policy keeps what either of its limits keeps`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(10, store, clock)
      try await store.setRetention(RetentionPolicy(revisions: 2, age: .seconds(270)))
      #expect(try await store.applyRetention()[[]]?.compactRevision == 7)
      clock.advance(by: .seconds(3600))
      #expect(try await store.applyRetention()[[]]?.compactRevision == 9)
      #expect(try await store.applyRetention().isEmpty)
    }
  }

  @Test func `policies outlive the process and can be listed, replaced and removed`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let policy = RetentionPolicy(revisions: 5, age: .milliseconds(1500), holdLimit: HoldLimit(revisions: 9, age: .seconds(60)))
    try await withStore(at: path) { store in
      try await store.setRetention(policy)
      try await store.setRetention(RetentionPolicy(), forPrefix: bytes("b"))
      try await store.setRetention(RetentionPolicy(revisions: 0), forPrefix: bytes("a"))
    }
    try await withStore(at: path) { store in
      #expect(try store.retentionClasses().map(\.prefix) == [[], bytes("a"), bytes("b")])
      #expect(try store.retentionClasses().map(\.policy) == [policy, RetentionPolicy(revisions: 0), RetentionPolicy()])
      try await store.removeRetention()
      try await store.removeRetention(forPrefix: bytes("a"))
      #expect(try store.retentionClasses().map(\.prefix) == [[], bytes("b")])
      #expect(try store.retentionClasses().first?.policy == nil)
      #expect(await awaitedError { try await store.removeRetention(forPrefix: bytes("a")) }?.code == .notFound)
      #expect(await awaitedError { try await store.setRetention(RetentionPolicy(revisions: -1)) }?.code == .invalidArgument)
    }
  }

  @Test func `the keeper's duty applies the policies and deletes what they drop`() async throws {
    try await Self.withClock { store, clock in
      try await store.setRetention(RetentionPolicy(revisions: 10))
      for number in 0..<900 { try await store.write { try $0.put(bytes("k\(number % 2)"), bytes("\(number)")) } }
      var duty = RetentionDuty()
      try await duty.perform(store, now: clock.now)
      #expect(try store.retentionClasses().map(\.compactRevision) == [891])
      #expect(try store.statistics().historyCount == 10)
      #expect(KeeperPolicy().duties.contains { $0 is RetentionDuty })
    }
  }

  // MARK: Consumers and the hold limit

  @Test func `a consumer holds compaction back up to the limit and is then told of the gap`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(10, store, clock)
      try await store.setConsumer("slow", to: 4)
      let limit = HoldLimit(revisions: 7)
      try await store.setRetention(RetentionPolicy(revisions: 0, holdLimit: limit))
      let held = try await store.applyRetention()[[]]
      #expect(held?.compactRevision == 5)
      #expect(held?.heldBackBy.map(\.name) == ["slow"] && held?.passedBy == [])
      #expect(try store.events(in: .all, after: 4).events.count == 7)
      try await Self.history(1, store, clock)
      let passed = try await store.applyRetention()[[]]
      #expect(passed?.compactRevision == 12)
      #expect(passed?.passedBy.map(\.name) == ["slow"] && passed?.heldBackBy == [])
      #expect(await awaitedError { _ = try store.events(in: .all, after: 4) }?.code == .compacted)
      #expect(try store.consumer("slow")?.revision == 4)
    }
  }

  @Test func `the age of a lag counts from the commit that the consumer needs next`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    configuration.holdLimit = HoldLimit(age: .seconds(300))
    try await withStore(configuration) { store in
      try await Self.history(10, store, clock)
      // Revision 7 was committed at minute 5, five minutes ago.
      try await store.setConsumer("slow", to: 6)
      #expect(try await store.compact(to: 11).compactRevision == 7)
      clock.advance(by: .milliseconds(1))
      let result = try await store.compact(to: 11)
      #expect(result.compactRevision == 11 && result.passedBy.map(\.name) == ["slow"])
    }
  }

  @Test func `a consumer that has everything is never too far behind`() async throws {
    try await Self.withClock { store, clock in
      try await Self.history(3, store, clock)
      try await store.setConsumer("idle", to: 4)
      clock.advance(by: .seconds(100 * 86_400))
      #expect(try await store.compact(to: 4).passedBy.isEmpty)
      #expect(try store.events(in: .all, after: 4).events.isEmpty)
    }
  }

  // MARK: Classes

  @Test func `a class that is kept for less long is compacted alone`() async throws {
    try await Self.withClock { store, clock in
      try await store.setRetention(RetentionPolicy(revisions: 0), forPrefix: bytes("l/"))
      for number in 1...4 {
        try await store.write { try $0.put(bytes("l/a"), bytes("\(number)")) }
        try await store.write { try $0.put(bytes("t/a"), bytes("\(number)")) }
      }
      #expect(try await store.applyRetention()[bytes("l/")]?.compactRevision == 9)
      #expect(try store.read(at: .revision(3)) { try $0.get(bytes("t/a"))?.value } == bytes("1"))
      #expect(try store.read(at: .revision(3)) { try $0.range(RangeQuery(.prefix(bytes("t/")))).keyValues.count } == 1)
      #expect(await awaitedError { _ = try store.read(at: .revision(3)) { try $0.get(bytes("l/a")) } }?.code == .compacted)
      #expect(await awaitedError { _ = try store.read(at: .revision(3)) { try $0.range(RangeQuery(.all)) } }?.code == .compacted)
      #expect(await awaitedError { _ = try store.read(at: .revision(3)) { try $0.count(.from(bytes("l"))) } }?.code == .compacted)
      #expect(try store.read(at: .revision(9)) { try $0.count(.all) } == 2)
      #expect(try store.read { try $0.versions(of: bytes("t/a")).count } == 4)
      #expect(try store.read { try $0.versions(of: bytes("l/a")).count } == 1)
      #expect(try store.events(in: .prefix(bytes("t/")), after: 0, options: WatchOptions(includesPrevious: true)).events.count == 4)
      #expect(await awaitedError { _ = try store.events(in: .all, after: 7) }?.code == .compacted)
      #expect(try store.events(in: .all, after: 8).events.count == 1)
    }
  }

  @Test func `a class that is kept for longer stays when the rest is compacted`() async throws {
    try await Self.withClock { store, clock in
      try await store.setRetention(RetentionPolicy(age: .seconds(365 * 86_400)), forPrefix: bytes("t/"))
      for number in 1...4 {
        try await store.write { writer in
          try writer.put(bytes("a"), bytes("\(number)"))
          try writer.put(bytes("t/a"), bytes("\(number)"))
        }
      }
      try await store.compact(to: 5)
      #expect(try store.read(at: .revision(2)) { try $0.get(bytes("t/a"))?.value } == bytes("1"))
      #expect(await awaitedError { _ = try store.read(at: .revision(2)) { try $0.get(bytes("a")) } }?.code == .compacted)
      let events = try store.events(in: .prefix(bytes("t/")), after: 1, options: WatchOptions(includesPrevious: true)).events
      #expect(events.map { $0.previous?.value } == [nil, bytes("1"), bytes("2"), bytes("3")])
      #expect(try store.read { try $0.commitTime(of: 2) } != nil)
      #expect(try store.statistics().historyCount == 3)
    }
  }

  @Test func `the longest prefix decides, and a removed class joins the one around it`() async throws {
    try await Self.withClock { store, clock in
      try await store.setRetention(RetentionPolicy(), forPrefix: bytes("t/"))
      try await store.setRetention(RetentionPolicy(revisions: 0), forPrefix: bytes("t/x/"))
      for number in 1...5 {
        try await store.write { writer in
          for key in ["t/a", "t/x/a", "z"] { try writer.put(bytes(key), bytes("\(number)")) }
        }
      }
      try await store.applyRetention()
      #expect(try store.read(at: .revision(2)) { try $0.get(bytes("t/a")) } != nil)
      #expect(await awaitedError { _ = try store.read(at: .revision(5)) { try $0.get(bytes("t/x/a")) } }?.code == .compacted)
      try await store.removeRetention(forPrefix: bytes("t/x/"))
      // Its older versions are gone, so the class stays until the one around it is as far.
      #expect(await awaitedError { _ = try store.read(at: .revision(5)) { try $0.get(bytes("t/x/a")) } }?.code == .compacted)
      #expect(try store.retentionClasses().count == 3)
      try await store.compact(keeping: .revisions(0), inClass: bytes("t/"))
      #expect(try store.retentionClasses().map(\.prefix) == [[], bytes("t/")])
      try await store.removeRetention(forPrefix: bytes("t/"))
      try await store.compact(to: 6)
      #expect(try store.retentionClasses().map(\.prefix) == [[]])
      #expect(try store.statistics().historyCount == 0)
    }
  }

  @Test func `a class has room for no more than its limit of neighbours`() async throws {
    try await withStore { store in
      for number in 0..<64 { try await store.setRetention(RetentionPolicy(), forPrefix: bytes("p\(number)/")) }
      #expect(await awaitedError { try await store.setRetention(RetentionPolicy(), forPrefix: bytes("q")) }?.code == .tooLarge)
      #expect(await awaitedError { try await store.compact(keeping: .revisions(0), inClass: bytes("q")) }?.code == .notFound)
    }
  }

  @Test func `a large store of other classes is passed over in bounded pieces`() async throws {
    try await withStore { store in
      try await store.setRetention(RetentionPolicy(revisions: 0), forPrefix: bytes("l/"))
      for round in 0..<2 {
        try await store.write { writer in for number in 0..<9000 { try writer.put(bytes("t/\(number)"), bytes("\(round)")) } }
        try await store.write { try $0.put(bytes("l/a"), bytes("\(round)")) }
      }
      try await store.compact(keeping: .revisions(0), inClass: bytes("l/"))
      #expect(try store.statistics().historyCount == 9000)
      #expect(try store.statistics().logCount == 18_001)
    }
  }
}
