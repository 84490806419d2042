import MVCC
import TestSupport
import Testing

/// A way in which a store could be wrong, planted into the record of one that is not.
struct HistoryFault: Sendable, CustomTestStringConvertible {
  let name: String
  /// The rule that has to catch it.
  let rule: String
  /// Plants the fault; answers false when the history has no place for it.
  let plant: @Sendable (inout History, ModelStore) -> Bool

  var testDescription: String { name }

  init(_ name: String, caughtBy rule: String, _ plant: @escaping @Sendable (inout History, ModelStore) -> Bool) {
    self.name = name
    self.rule = rule
    self.plant = plant
  }

  static let all = [
    HistoryFault("two writes were told each other's revisions", caughtBy: "log") { history, _ in
      let makers = history.makers()
      guard let place = makers.indices.dropLast().first(where: { makers[$0].revision + 1 == makers[$0 + 1].revision }) else { return false }
      history.answer(makers[place].call, with: makers[place + 1].revision)
      history.answer(makers[place + 1].call, with: makers[place].revision)
      return true
    },
    HistoryFault("an acknowledged write is lost", caughtBy: "ack") { history, model in
      history.log.removeAll { $0.keyValue.modRevision == model.revision }
      return true
    },
    HistoryFault("a revision is missing from the log", caughtBy: "log") { history, model in
      let revision = Revision(model.revision.rawValue / 2)
      history.log.removeAll { $0.keyValue.modRevision == revision }
      return true
    },
    HistoryFault("half of a write is lost", caughtBy: "log") { history, _ in
      let index = zip(history.log, history.log.dropFirst()).map { $0.keyValue.modRevision == $1.keyValue.modRevision }.firstIndex(of: true)
      guard let index else { return false }
      history.log.remove(at: index)
      return true
    },
    HistoryFault("a revision holds what nobody wrote", caughtBy: "log") { history, _ in
      guard let index = history.log.lastIndex(where: { $0.kind == .put }) else { return false }
      history.log[index].keyValue.value.append(0x21)
      return true
    },
    HistoryFault("two writes were told one revision", caughtBy: "ack") { history, _ in
      let makers = history.makers()
      // One that would have had an effect at the other's revision, too.
      let place = makers.indices.dropLast().first {
        if case .write(_, nil) = history.calls[makers[$0].call].request { true } else { false }
      }
      guard let place else { return false }
      history.answer(makers[place].call, with: makers[place + 1].revision)
      return true
    },
    HistoryFault("a write is acknowledged and never made", caughtBy: "ack") { history, model in
      history.calls.append(
        RecordedCall(
          client: "ghost", number: 0, request: .write([.put(key: bytes("ghost"), value: [])], if: nil), invoked: 0, returned: 1,
          answer: .written(isApplied: true, revision: 2, before: [nil])))
      return true
    },
    HistoryFault("a compare-and-swap that should fail succeeds", caughtBy: "read") { history, _ in
      for place in history.calls.indices {
        guard case .written(isApplied: false, let revision, let before) = history.calls[place].answer else { continue }
        history.calls[place].answer = .written(isApplied: true, revision: revision, before: before)
        return true
      }
      return false
    },
    HistoryFault("a compare-and-swap that should succeed fails", caughtBy: "log") { history, _ in
      let swap = history.makers().first { if case .write(_, .some) = history.calls[$0.call].request { true } else { false } }
      guard let swap, case .written(_, let revision, let before) = history.calls[swap.call].answer else { return false }
      history.calls[swap.call].answer = .written(isApplied: false, revision: revision, before: before)
      return true
    },
    HistoryFault("a write sees less than what was written before it", caughtBy: "log") { history, _ in
      let write = history.makers().first { history.before($0.call).contains { $0 != nil } }
      guard let write, case .written(let isApplied, let revision, let before) = history.calls[write.call].answer else { return false }
      history.calls[write.call].answer = .written(isApplied: isApplied, revision: revision, before: before.map { _ in nil })
      return true
    },
    HistoryFault("a read is stale", caughtBy: "time") { history, model in
      let last = history.ranges().filter { $0.asked == nil }.max { history.calls[$0.call].invoked < history.calls[$1.call].invoked }
      guard let last, last.newest > 3 else { return false }
      history.calls[last.call].answer = .range(revision: 3, keyValues: model.range(last.range, at: 3))
      return true
    },
    HistoryFault("a read tells of a value that never was", caughtBy: "read") { history, _ in
      guard let read = history.ranges().last(where: { !$0.keyValues.isEmpty }) else { return false }
      var keyValues = read.keyValues
      keyValues[0].value.append(0x21)
      history.calls[read.call].answer = .range(revision: read.newest, keyValues: keyValues)
      return true
    },
    HistoryFault("a read lacks a key", caughtBy: "read") { history, _ in
      guard let read = history.ranges().last(where: { !$0.keyValues.isEmpty }) else { return false }
      history.calls[read.call].answer = .range(revision: read.newest, keyValues: Array(read.keyValues.dropLast()))
      return true
    },
    HistoryFault("a read mixes two revisions", caughtBy: "read") { history, model in
      for read in history.ranges() where read.asked == nil && read.keyValues.count > 1 {
        var keyValues = read.keyValues
        guard let older = model.get(keyValues[0].key, at: keyValues[0].modRevision - 1) else { continue }
        keyValues[0] = older
        history.calls[read.call].answer = .range(revision: read.newest, keyValues: keyValues)
        return true
      }
      return false
    },
    HistoryFault("a read tells of a revision that is not there yet", caughtBy: "read") { history, model in
      guard let read = history.ranges().last else { return false }
      history.calls[read.call].answer = .range(revision: model.revision + 1, keyValues: read.keyValues)
      return true
    },
    HistoryFault("a write made later has an earlier revision", caughtBy: "time") { history, _ in
      let makers = history.makers()
      guard let first = makers.first, let last = makers.last, let returned = history.calls[last.call].returned else { return false }
      history.calls[first.call].invoked = returned + 1
      history.calls[first.call].returned = returned + 2
      return true
    },
    HistoryFault("a write whose answer was lost took place before it was made", caughtBy: "time") { history, _ in
      let makers = history.makers()
      guard let first = makers.first, let last = makers.last, let returned = history.calls[last.call].returned else { return false }
      history.calls[first.call].invoked = returned + 1
      history.calls[first.call].returned = nil
      history.calls[first.call].answer = .unknown
      return true
    },
    HistoryFault("a write takes place after its caller was dead", caughtBy: "time") { history, _ in
      let makers = history.makers()
      guard let first = makers.first, let last = makers.last else { return false }
      history.calls[last.call].invoked = 0
      history.calls[last.call].returned = nil
      history.calls[last.call].answer = .unknown
      history.calls[last.call].died = history.calls[first.call].invoked
      return true
    },
    HistoryFault("a lease ends while it has time left", caughtBy: "lease") { history, model in
      history.plantLease(model, grantedAt: 2_000_000_000, learntAt: 3_900_000_000)
      return true
    },
    HistoryFault("a lease lives after its keys went", caughtBy: "lease") { history, model in
      history.plantLease(model, grantedAt: 0, learntAt: 3_000_000_000)
      history.calls.append(
        RecordedCall(
          client: "lease", number: 9, request: .keepAlive(lease: 7), invoked: 3_500_000_000, returned: 3_500_000_001,
          answer: .lease(isAlive: true)))
      return true
    },
    HistoryFault("a lease leaves one of its keys", caughtBy: "log") { history, model in
      history.plantLease(model, grantedAt: 0, learntAt: 3_000_000_000)
      history.log.removeLast()
      return true
    },
    HistoryFault("a lease is said to be gone that should live", caughtBy: "lease") { history, model in
      history.calls = [
        RecordedCall(
          client: "lease", number: 0, request: .grant(lease: 7, seconds: 2), invoked: 5, returned: 6, answer: .lease(isAlive: true)),
        RecordedCall(
          client: "lease", number: 1, request: .keepAlive(lease: 7), invoked: 1_000_000_000, returned: 1_000_000_001,
          answer: .lease(isAlive: false)),
      ]
      return true
    },
    HistoryFault("a key is attached to a lease that has ended", caughtBy: "ack") { history, model in
      history.plantLease(model, grantedAt: 0, learntAt: 3_000_000_000)
      history.calls.append(
        RecordedCall(
          client: "lease", number: 9, request: .attach(key: bytes("x"), value: [], lease: 7), invoked: 3_500_000_000,
          returned: 3_500_000_001, answer: .written(isApplied: true, revision: 4, before: [nil])))
      return true
    },
    HistoryFault("a compacted revision is read", caughtBy: "compaction") { history, model in
      let oldest = CompactionTimes(history.calls).answered(before: .max)
      let last = history.ranges().filter { $0.asked != nil }.max { history.calls[$0.call].invoked < history.calls[$1.call].invoked }
      guard let last, oldest > 3 else { return false }
      history.calls[last.call].request = .range(last.range, at: 2)
      history.calls[last.call].invoked = .max
      history.calls[last.call].returned = .max
      history.calls[last.call].answer = .range(revision: model.revision, keyValues: model.range(last.range, at: 2))
      return true
    },
    HistoryFault("a revision is refused that nobody compacted", caughtBy: "compaction") { history, _ in
      guard let read = history.ranges().last else { return false }
      history.calls[read.call].request = .range(read.range, at: read.newest)
      history.calls[read.call].answer = .refused("compacted")
      return true
    },
  ]
}

extension History {
  /// Answered writes that made a revision, in the order of the revisions.
  func makers() -> [(call: Int, revision: Revision)] {
    var makers: [(call: Int, revision: Revision)] = []
    var byRevision: [Revision: [Event]] = [:]
    for event in log { byRevision[event.keyValue.modRevision, default: []].append(event) }
    for (place, call) in calls.enumerated() {
      guard case .write(let changes, _) = call.request, case .written(isApplied: true, let revision, _) = call.answer else { continue }
      let puts = Set(changes.compactMap { if case .put(_, let value) = $0 { value } else { nil } })
      if let events = byRevision[revision], events.contains(where: { $0.kind == .put && puts.contains($0.keyValue.value) }) {
        makers.append((place, revision))
      }
    }
    return makers.sorted { $0.revision < $1.revision }
  }

  /// Replaces everything by a lease of two seconds with two keys, which ends at revision 4.
  mutating func plantLease(_ model: ModelStore, grantedAt: UInt64, learntAt: UInt64) {
    var kept = ModelStore()
    for key in ["x", "y"] {
      var events = kept.effect(of: [.put(key: bytes(key), value: [])])
      events[0].keyValue.lease = 7
      kept.record(events)
    }
    kept.apply([.delete(key: bytes("x")), .delete(key: bytes("y"))])
    log = kept.events
    watches = []
    calls = [
      RecordedCall(
        client: "lease", number: 0, request: .grant(lease: 7, seconds: 2), invoked: grantedAt, returned: grantedAt + 1,
        answer: .lease(isAlive: true)),
      RecordedCall(
        client: "lease", number: 1, request: .attach(key: bytes("x"), value: [], lease: 7), invoked: grantedAt + 2, returned: grantedAt + 3,
        answer: .written(isApplied: true, revision: 2, before: [nil])),
      RecordedCall(
        client: "lease", number: 2, request: .attach(key: bytes("y"), value: [], lease: 7), invoked: grantedAt + 4, returned: grantedAt + 5,
        answer: .written(isApplied: true, revision: 3, before: [nil])),
      RecordedCall(
        client: "reader", number: 0, request: .range(.all, at: nil), invoked: learntAt - 1, returned: learntAt,
        answer: .range(revision: 4, keyValues: [])),
    ]
  }

  /// Answered ranges.
  func ranges() -> [(call: Int, range: KeyRange, asked: Revision?, newest: Revision, keyValues: [KeyValue])] {
    calls.indices.compactMap { place in
      guard case .range(let range, let asked) = calls[place].request, case .range(let newest, let keyValues) = calls[place].answer else {
        return nil
      }
      return (place, range, asked, newest, keyValues)
    }
  }

  /// What a write saw.
  func before(_ place: Int) -> [KeyValue?] { if case .written(_, _, let before) = calls[place].answer { before } else { [] } }

  mutating func answer(_ place: Int, with revision: Revision) {
    guard case .written(let isApplied, _, let before) = calls[place].answer else { return }
    calls[place].answer = .written(isApplied: isApplied, revision: revision, before: before)
  }
}
