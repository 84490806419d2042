import TestSupport
import Testing

@testable import MVCC

/// Deadlines over restarts of the process and of the machine, and with clocks that are set.
@Suite struct LeaseClockTests {
  private let clocks = ManualClocks()

  /// Opens one store again and again.
  private func reopened(_ bodies: [(RevisionStore) async throws -> Void]) async throws {
    let directory = try TemporaryDirectory()
    for body in bodies { try await withStore(at: directory.appending("store"), clocks.configuration, body) }
  }

  @Test func `a deadline survives the process`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in _ = try await store.grantLease(seconds: 100, id: 7) },
      { (store: RevisionStore) async throws in
        clocks.advance(by: .seconds(40))
        #expect(try store.lease(7)?.remaining == .seconds(60))
      },
      { (store: RevisionStore) async throws in
        clocks.advance(by: .milliseconds(60_001))
        #expect(try await store.expireLeases() == 1)
      },
    ])
  }

  @Test(arguments: [Duration.seconds(86_400 * 365), .seconds(-86_400 * 365)])
  func `setting the wall clock neither ends nor prolongs a lease`(jump: Duration) async throws {
    try await reopened([
      { (store: RevisionStore) async throws in
        _ = try await store.grantLease(seconds: 100, id: 7)
        clocks.wall.advance(by: jump)
        #expect(try store.lease(7)?.remaining == .seconds(100))
        clocks.advance(by: .seconds(100))
        #expect(try await store.expireLeases() == 0)
      },
      { (store: RevisionStore) async throws in
        clocks.advance(by: .milliseconds(1))
        #expect(try await store.expireLeases() == 1)
      },
    ])
  }

  @Test func `the time that a machine was off counts`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in _ = try await store.grantLease(seconds: 100, id: 7) },
      { (store: RevisionStore) async throws in
        clocks.wall.advance(by: .seconds(70))
        clocks.boot.restart()
        #expect(try store.lease(7)?.remaining == .seconds(30))
        #expect(try await store.expireLeases() == 0)
        clocks.wall.advance(by: .seconds(1000))
        #expect(try store.lease(7)?.remaining == .seconds(30), "the wall clock is asked once")
        clocks.boot.advance(by: .milliseconds(30_001))
        #expect(try await store.expireLeases() == 1)
      },
    ])
  }

  @Test func `a lease that ended while the machine was off is revoked after its start`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in
        _ = try await store.grantLease(seconds: 100, id: 7)
        try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 7) }
      },
      { (store: RevisionStore) async throws in
        clocks.wall.advance(by: .seconds(101))
        clocks.boot.restart()
        #expect(try await store.expireLeases() == 1)
        #expect(try store.read { try $0.count(.all) } == 0)
      },
    ])
  }

  @Test func `a wall clock that went back over a restart gives a lease no more than it had`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in
        _ = try await store.grantLease(seconds: 100, id: 7)
        clocks.advance(by: .seconds(70))
        // Another lease renews the anchor.
        _ = try await store.grantLease(seconds: 100, id: 8)
      },
      { (store: RevisionStore) async throws in
        clocks.wall.advance(by: .seconds(-86_400))
        clocks.boot.restart()
        #expect(try store.lease(7)?.remaining == .seconds(30))
        #expect(try store.lease(8)?.remaining == .seconds(100))
        #expect(try await store.expireLeases() == 0)
      },
    ])
  }

  @Test func `a clock that was set long before a restart does not count`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in
        _ = try await store.grantLease(seconds: 1000, id: 7)
        clocks.wall.advance(by: .seconds(86_400))
        clocks.advance(by: .seconds(61))
        // Only a keeper comes by.
        #expect(try await store.expireLeases() == 0)
      },
      { (store: RevisionStore) async throws in
        clocks.wall.advance(by: .seconds(9))
        clocks.boot.restart()
        #expect(try store.lease(7)?.remaining == .seconds(930))
      },
    ])
  }

  @Test func `a look for ended leases writes nothing when there are none`() async throws {
    try await reopened([
      { (store: RevisionStore) async throws in
        _ = try await store.grantLease(seconds: 1000, id: 7)
        let before = try store.parts.beginRead().state.transaction
        for _ in 0..<10 {
          clocks.advance(by: .seconds(5))
          #expect(try await store.expireLeases() == 0)
        }
        #expect(try store.parts.beginRead().state.transaction == before)
      }
    ])
  }

  @Test func `a clock in stored form is read back, and damage is noticed`() throws {
    let clock = LeaseClock(
      boot: BootTime(boot: .random(), milliseconds: 12), wall: Timestamp(millisecondsSinceEpoch: -5), time: LeaseTime(milliseconds: 99))
    var bytes = clock.encode()
    #expect(try LeaseClock.decode(bytes.span) == clock)
    bytes[20] ^= 1
    #expect(storeError { try LeaseClock.decode(bytes.span) }?.code == .corrupt)
    #expect(storeError { try LeaseRow.decode(LeaseRow(grantedSeconds: 5, deadline: clock.time).encode(7).span, 8) }?.code == .corrupt)
  }

  @Test func `the system's clock since the start of the machine goes on`() {
    let first = BootTime.now
    let second = BootTime.now
    #expect(first.boot == second.boot && first.milliseconds <= second.milliseconds && first.milliseconds > 0)
  }

  @Test func `leases come back from a backup with their whole time, which begins with the first lease write`() async throws {
    let directory = try TemporaryDirectory()
    try await withStore(clocks.configuration) { (store: RevisionStore) async throws in
      for id in [1, 2, 3] { _ = try await store.grantLease(seconds: 100, id: Int64(id)) }
      try await store.write { try $0.put(bytes("early"), bytes("1"), lease: 1) }
      try await store.write { try $0.put(bytes("gone"), bytes("1"), lease: 3) }
      try await store.revokeLease(3)
      try await store.compact(to: 3)
      try await store.write { try $0.put(bytes("late"), bytes("1"), lease: 2) }
      clocks.advance(by: .seconds(90))
      _ = try await store.backup(to: directory.appending("one.backup"))
    }
    let path = directory.appending("restored")
    _ = try RevisionStore.restore(from: directory.appending("one.backup"), to: path)
    clocks.advance(by: .seconds(500))
    try await withStore(at: path, clocks.configuration) { (store: RevisionStore) async throws in
      #expect(try store.leases().map(\.remaining) == [.seconds(100), .seconds(100)])
      #expect(try store.keys(of: 1) == [bytes("early")] && store.keys(of: 2) == [bytes("late")])
      #expect(try await store.expireLeases() == 0)
      clocks.advance(by: .milliseconds(100_001))
      #expect(try await store.expireLeases() == 2)
      #expect(try store.read { try $0.count(.all) } == 0)
    }
  }

  @Test func `keys of a backup from before leases were part of it keep living`() async throws {
    let directory = try TemporaryDirectory()
    let store = try RevisionStore.open(at: directory.appending("store"), configuration: clocks.configuration)
    _ = try await store.grantLease(seconds: 100, id: 7)
    try await store.write { try $0.put(bytes("a"), bytes("1"), lease: 7) }
    // As an earlier version left it: keys with a lease, and no lease.
    try await store.queue.perform { batch in
      let leases = LeaseTable(batch.store.tables)
      if let row = try leases.row(7, batch.transaction) { try leases.remove(row, 7, from: &batch.transaction) }
      batch.hasChanges = true
    }
    #expect(try !store.check().isConsistent)
    _ = try await store.backup(to: directory.appending("one.backup"))
    store.close()
    let path = directory.appending("restored")
    _ = try RevisionStore.restore(from: directory.appending("one.backup"), to: path)
    try await withStore(at: path, clocks.configuration) { (store: RevisionStore) async throws in
      #expect(try store.lease(7)?.grantedSeconds == Lease.maximumSeconds)
      #expect(try store.keys(of: 7) == [bytes("a")])
    }
  }
}
