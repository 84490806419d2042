import Foundation
import TestSupport
import Testing

/// Many clients of one store at once: their histories could have come from one request at a time, and their watches keep every rule.
@Suite(.serialized) struct LinearizabilityTests {
  /// Runs of the suite; `ISDB_SEEDS` asks for more.
  private static let seeds = 1...(UInt64(ProcessInfo.processInfo.environment["ISDB_SEEDS"] ?? "") ?? 4)

  @Test(.timeLimit(.minutes(30)), arguments: seeds) func `writers, readers, watchers and a compactor see one order of events`(seed: UInt64)
    async throws
  {
    let entries = try await ConcurrentRun(seed: seed).record()
    var history = History(entries, log: [])
    history.adoptScribe()
    try history.requireCorrect(seed: seed, entries)
    let size = history.size
    #expect(size.writes >= 900 && size.reads >= 200 && size.compactions >= 2 && size.events >= 1000 && size.unanswered == 0, "\(size)")
  }

  @Test func `a record reads back from text as it was`() async throws {
    let entries = try await ConcurrentRun(seed: 77, writers: 2, readers: 1, watchers: 2, writes: 20).record()
    let text = entries.map { "\(HistoryText.line($0))\n" }.joined()
    #expect(try HistoryText.entries(Array(text.utf8) + bytes("invoked half")) == entries)
  }
}
