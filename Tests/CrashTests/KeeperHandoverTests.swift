import Foundation
import MVCC
import TestSupport
import Testing

/// Several processes that offer to keep one store: leases end once, by whoever is alive, and not early.
@Suite(.serialized) struct KeeperHandoverTests {
  private static var configuration: StoreConfiguration {
    var configuration = StoreConfiguration()
    configuration.minimumLeaseSeconds = 1
    return configuration
  }

  @Test func `when a keeper is killed another takes over, and each lease ends once and not early`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path, Self.configuration) { (store: RevisionStore) async throws in
      async let keepers: Void = withTaskGroup(of: Void.self) { group in
        for keeper in 0..<4 {
          group.addTask { await Self.keepUntilKilled(path, after: .milliseconds(250 + 100 * keeper)) }
        }
      }
      let granted = try await Self.grantLeases(120, store, every: .milliseconds(15))
      await keepers
      // Those that the killed ones left behind.
      var policy = KeeperPolicy()
      policy.interval = .milliseconds(20)
      let keeper = Task { [policy] in try await store.runKeeper(policy) }
      try await Self.requireEnds(granted, store)
      keeper.cancel()
      _ = await keeper.result
    }
  }

  @Test func `two processes that end leases without asking for the role end each once`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path, Self.configuration) { (store: RevisionStore) async throws in
      async let other: Void = {
        await #expect(processExitsWith: .success) { [path = path as String] in
          let store = try RevisionStore.open(at: path, configuration: KeeperHandoverTests.configuration)
          try await KeeperHandoverTests.expireLeasesUntilTold(store)
          store.close()
        }
      }()
      async let own: Void = Self.expireLeasesUntilTold(store)
      let granted = try await Self.grantLeases(150, store, every: .milliseconds(5))
      try await Self.requireEnds(granted, store)
      try await store.write { try $0.put(bytes(Self.stop), []) }
      await other
      try await own
    }
  }

  // MARK: What processes do

  /// A process that offers to be the keeper and is killed a while after it became it.
  private static func keepUntilKilled(_ path: String, after delay: Duration) async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, microseconds = UInt32(delay / .microseconds(1)) as UInt32] in
      let store = try RevisionStore.open(at: path, configuration: KeeperHandoverTests.configuration)
      var policy = KeeperPolicy()
      policy.interval = .milliseconds(20)
      policy.report = { event in
        guard case .tookRole = event else { return }
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
      }
      try await store.runKeeper(policy)
    }
  }

  /// The key that ends `expireLeasesUntilTold`.
  private static let stop = "stop"

  private static func expireLeasesUntilTold(_ store: RevisionStore) async throws {
    var duty = LeaseExpiry()
    while try !store.read({ try $0.contains(bytes(stop)) }) {
      try await duty.perform(store, now: .now)
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  // MARK: What has to come out

  /// Grants leases of one second, each with two keys put in one write; answers when each was asked for.
  ///
  /// A busy machine can take a second from a grant to its put: such a lease has ended without keys and is left out.
  private static func grantLeases(_ count: Int, _ store: RevisionStore, every pause: Duration) async throws -> [Int64: Timestamp] {
    var granted: [Int64: Timestamp] = [:]
    for id in 1...Int64(count) {
      let asked = Timestamp.now
      _ = try await store.grantLease(seconds: 1, id: id)
      do {
        try await store.write { writer in
          try writer.put(bytes("\(id)/a"), [], lease: id)
          try writer.put(bytes("\(id)/b"), [], lease: id)
        }
        granted[id] = asked
      } catch let error as StoreError where error.etcdStatus == .leaseNotFound {
        #expect(Timestamp.now - asked > .seconds(1), "lease \(id) ended early")
      }
      try await Task.sleep(for: pause)
    }
    #expect(granted.count > count / 2)
    return granted
  }

  /// Waits until every lease has ended, and expects one revision with both its keys for each, no earlier than a second after its grant.
  private static func requireEnds(_ granted: [Int64: Timestamp], _ store: RevisionStore) async throws {
    var ends: [Int64: [Event]] = [:]
    var count = 0
    for try await batch in try store.watch(.all, after: 1) {
      for event in batch.events where event.kind == .delete {
        let id = try #require(Int64(event.keyValue.keyText.prefix { $0 != "/" }))
        ends[id, default: []].append(event)
        count += 1
      }
      if count >= 2 * granted.count { break }
    }
    for (id, asked) in granted {
      let events = try #require(ends[id])
      #expect(events.map(\.keyValue.keyText) == ["\(id)/a", "\(id)/b"])
      #expect(Set(events.map(\.keyValue.modRevision)).count == 1)
      let time = try store.read(at: .revision(events[0].keyValue.modRevision)) { try $0.commitTime() }
      // A commit is timed when its batch begins, a little before the leases are looked at.
      #expect(try #require(time) - asked > .milliseconds(900))
    }
    #expect(try store.revision() == Revision(1 + 2 * Int64(granted.count)))
    #expect(try store.leases().isEmpty)
  }
}
