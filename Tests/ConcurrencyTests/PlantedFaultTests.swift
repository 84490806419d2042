import MVCC
import TestSupport
import Testing

/// The checks of histories and watches, checked: each fault, planted into a record that passes, is caught by the rule that is there for it.
@Suite(.serialized) struct PlantedFaultTests {
  /// A record that passes, with compactions, failed compare-and-swaps and resumed watches in it.
  private static let recorded = Task { () throws -> History in
    let entries = try await ConcurrentRun(seed: 2026, watchers: 8, writes: 60).record()
    var history = History(entries, log: [])
    history.adoptScribe()
    try history.requireCorrect(seed: 2026, entries)
    return history
  }

  @Test(.timeLimit(.minutes(5)), arguments: HistoryFault.all) func `a fault in a history is caught`(fault: HistoryFault) async throws {
    var history = try await Self.recorded.value
    let model = HistoryCheck(history).model
    try #require(fault.plant(&history, model), "the record has no place for \(fault.name)")
    let rules = Set(HistoryCheck(history).violations.map(\.rule))
    #expect(rules.contains(fault.rule), "\(fault.name) was caught by \(rules)")
  }

  @Test(.timeLimit(.minutes(5)), arguments: WatchFault.all) func `a fault in a watch is caught`(fault: WatchFault) async throws {
    let history = try await Self.recorded.value
    let facts = WatchFacts(model: HistoryCheck(history).model, compactions: CompactionTimes(history.calls))
    var planted = 0
    for watch in history.watches {
      var wrong = watch
      guard fault.plant(&wrong) else { continue }
      planted += 1
      #expect(!fault.rule.violations(wrong, facts).isEmpty, "\(fault.name) in \(watch.watcher)")
    }
    #expect(planted > 0, "the record has no place for \(fault.name)")
  }

  @Test func `there is a fault for every rule`() {
    #expect(Set(WatchFault.all.map(\.rule)) == Set(WatchRule.allCases))
    #expect(Set(HistoryFault.all.map(\.rule)) == ["log", "ack", "read", "time", "compaction", "lease"])
  }
}
