internal import Foundation
internal import MVCC

/// A history that no correct store could have had.
public struct BrokenHistory: Error, CustomStringConvertible { public let description: String }

extension History {
  /// Every rule that the history breaks: those of calls, which were checked already, and those of each watch.
  public func violations(_ check: HistoryCheck) -> [Violation] {
    let facts = WatchFacts(model: check.model, compactions: CompactionTimes(calls))
    return check.violations + watches.flatMap { watch in WatchRule.allCases.flatMap { $0.violations(watch, facts) } }
  }

  /// Makes the scribe's batches the log: what the store itself says happened.
  public mutating func adoptScribe() { log = watches.first { $0.watcher == RecordingWatcher.scribeName }?.sessions.flatMap(\.events) ?? [] }

  /// How much happened, for tests that must not pass by idling.
  public var size: Size {
    var size = Size()
    for call in calls {
      switch (call.request, call.answer) {
      case (.write, .written), (.delete, .written): size.writes += 1
      case (.range, .range): size.reads += 1
      case (.compact, .compacted): size.compactions += 1
      case (_, .lease), (.attach, .written), (.revoke, .written): size.leaseCalls += 1
      case (_, .unknown): size.unanswered += 1
      default: size.refusals += 1
      }
    }
    size.progressNotices = watches.reduce(0) { $0 + $1.sessions.reduce(0) { $0 + $1.deliveries.count { $0.batch.events.isEmpty } } }
    size.events = watches.reduce(0) { $0 + $1.sessions.reduce(0) { $0 + $1.events.count } }
    size.sessions = watches.reduce(0) { $0 + $1.sessions.count }
    size.compactedWatches = watches.reduce(0) { $0 + $1.sessions.count { $0.compacted != nil } }
    return size
  }

  /// Numbers of things in a history.
  public struct Size: Sendable, CustomStringConvertible {
    /// Answered writes.
    public var writes = 0
    /// Answered ranges.
    public var reads = 0
    /// Answered grants, renewals and ends of leases, and puts with them.
    public var leaseCalls = 0
    /// Answered compactions.
    public var compactions = 0
    /// Calls that were refused: mostly reads of compacted revisions.
    public var refusals = 0
    /// Calls whose answers were lost.
    public var unanswered = 0
    /// Events that watchers were told.
    public var events = 0
    /// Batches that only told how far a watch was.
    public var progressNotices = 0
    /// Sessions of watchers.
    public var sessions = 0
    /// Sessions that compaction ended.
    public var compactedWatches = 0

    public var description: String {
      "\(writes) writes, \(reads) reads, \(leaseCalls) lease calls, \(compactions) compactions, \(refusals) refusals, \(unanswered) unanswered, "
        + "\(events) events and \(progressNotices) progress notices in \(sessions) watch sessions, \(compactedWatches) of them compacted"
    }
  }

  /// Throws when the history breaks a rule, naming the seed and a directory where the record is kept.
  ///
  /// - Parameter record: a directory with the record's files; without one, the record is written to a new directory.
  @discardableResult
  public func requireCorrect(seed: UInt64, _ entries: [HistoryEntry] = [], record: String? = nil) throws -> HistoryCheck {
    let check = HistoryCheck(self)
    let violations = violations(check)
    if violations.isEmpty { return check }
    let kept = FileManager.default.temporaryDirectory.appendingPathComponent("isdb-history-\(seed)-\(UUID().uuidString)").path
    if let record {
      try FileManager.default.copyItem(atPath: record, toPath: kept)
    } else {
      try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
      let lines = entries.map { "\(HistoryText.line($0))\n" }.joined()
      try Data(lines.utf8).write(to: URL(fileURLWithPath: "\(kept)/record"))
    }
    let shown = violations.prefix(10).map { String($0.description.prefix(1500)) }.joined(separator: "\n")
    throw BrokenHistory(description: "seed \(seed): \(violations.count) violations; the record is kept in \(kept)\n\(shown)")
  }
}
