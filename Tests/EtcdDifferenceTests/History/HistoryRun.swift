import MVCC
import TestSupport

// Invariants:
//   history.state is what both parties' answers so far say
//   done holds every step that both parties have answered, and the one they are at

/// The two parties answered a step differently.
struct HistoryDifference: Error, CustomStringConvertible {
  let description: String
}

/// One history on a real etcd and on a store, step by step, until they differ.
struct HistoryRun {
  let gateway: EtcdGateway
  let store: RevisionStore
  let version: EtcdServerProcess.Version
  let seed: UInt64
  private var history: RandomHistory
  private var done: [HistoryStep] = []

  /// Requests that were compared, watches included.
  private(set) var comparedCount = 0

  init(_ gateway: EtcdGateway, _ version: EtcdServerProcess.Version, _ store: RevisionStore, seed: UInt64) {
    self.gateway = gateway
    self.version = version
    self.store = store
    self.seed = seed
    history = RandomHistory(seed: seed)
  }

  /// Has a server that served other histories, and the store, which is new, begin at one point: one key, one version, compacted there.
  mutating func begin() async throws {
    gateway.coding.revisionOffset = 0
    for lease in try gateway.leases() { _ = try gateway.revokeLease(lease) }
    _ = try gateway.delete(DeleteRequest(.etcd(key: [0], rangeEnd: [0])))
    let base = try gateway.put(Self.signal).revision
    _ = try gateway.compact(to: base)
    let begin = try await store.put(Self.signal).revision
    try await store.compact(to: begin)
    gateway.coding.revisionOffset = base.rawValue - begin.rawValue
    history.state = RandomHistory.State(current: begin, compact: begin)
  }

  /// Takes that many requests.
  mutating func run(requests: Int) async throws {
    while comparedCount < requests {
      let step = history.next()
      done.append(step)
      do {
        if case .watches(let watches, let during) = step {
          try await run(watches, during: during)
        } else {
          try await compare(step)
        }
      } catch let failure where !(failure is HistoryDifference) {
        throw difference(HistoryText.text(step), "\(failure)", "\(failure)")
      }
    }
  }

  private mutating func compare(_ step: HistoryStep) async throws {
    let theirs = try gateway.answer(step).withoutTies(in: step)
    let ours = try await StoreParty(store: store).answer(step).withoutTies(in: step)
    comparedCount += 1
    guard theirs == ours else { throw difference(HistoryText.text(step), HistoryText.text(theirs), HistoryText.text(ours)) }
    if case .compact(let revision) = step, case .revision = ours { history.state.compact = revision }
    history.state.current = try store.revision()
  }

  // MARK: Watches

  private static let signal = PutRequest(EtcdWatchSession.signalKey, [1])

  private mutating func run(_ watches: [HistoryWatch], during: [HistoryStep]) async throws {
    try await compare(.put(Self.signal))
    let begin = history.state
    let sessions = try watches.map { try EtcdWatchSession(gateway, $0, signal: begin.current) }
    for session in sessions { try session.wait(for: begin.current) }
    var storeWatches = watches.map { StoreWatch($0, current: begin.current) }
    for step in during {
      // Nobody promises what a watch that is still behind is told of revisions that are compacted meanwhile.
      if case .compact = step { try await drain(&storeWatches, sessions) }
      try await compare(step)
    }
    let end = try await drain(&storeWatches, sessions)
    for index in watches.indices {
      let theirs = defined(sessions[index].outcome, begin, end)
      let ours = defined(storeWatches[index].outcome, begin, end)
      comparedCount += 1
      guard theirs == ours else {
        throw difference("watch \(index) of \(HistoryText.text(done[done.count - 1]))", HistoryText.text(theirs), HistoryText.text(ours))
      }
    }
  }

  /// Brings all watches up to the newest revision, which it answers.
  @discardableResult
  private mutating func drain(_ storeWatches: inout [StoreWatch], _ sessions: [EtcdWatchSession]) async throws -> Revision {
    try await compare(.put(Self.signal))
    let end = history.state.current
    // Watches are told of one revision in no fixed order, but of this one after the other.
    try await compare(.put(Self.signal))
    for session in sessions { try session.wait(for: history.state.current) }
    for index in storeWatches.indices { try storeWatches[index].drain(store) }
    return end
  }

  /// The part of an outcome that is the same on every server.
  private func defined(_ outcome: WatchOutcome, _ begin: RandomHistory.State, _ end: Revision) -> WatchOutcome {
    var result = outcome
    result.events.removeAll { event in
      let revision = event.keyValue.modRevision
      // Deletions at the compact revision got lost until etcd 3.4.34 and 3.5.16 (etcd#18089, etcd#19179).
      let isLost = event.kind == .delete && revision == begin.compact && losesDeletionsAtCompaction
      return revision > end || isLost
    }
    return result
  }

  private var losesDeletionsAtCompaction: Bool {
    version < EtcdServerProcess.Version(3, 4, 34)
      || (version >= EtcdServerProcess.Version(3, 5, 0) && version < EtcdServerProcess.Version(3, 5, 16))
  }

  private func difference(_ step: String, _ theirs: String, _ ours: String) -> HistoryDifference {
    let lines = done.enumerated().map { "  \($0.offset + 1). \(HistoryText.text($0.element))" }
    return HistoryDifference(
      description: """
        seed \(seed): etcd \(version) and the store differ at step \(done.count) (ISDB_SEED=\(seed) repeats it)
        \(lines.joined(separator: "\n"))
        state: current \(history.state.current), compact \(history.state.compact)
        step:  \(step)
        etcd:  \(theirs)
        store: \(ours)
        """)
  }
}
