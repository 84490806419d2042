import ArgumentParser
import MVCC

/// From where a watch starts and how long it goes on.
struct WatchStartOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Start with what changed after a revision or a time (default: now).", valueName: "revision|time"))
  var after: String?

  @Option(
    name: .long,
    help: ArgumentHelp("End after that many changes, and the rest of the last one's revision; 0 means never.", valueName: "number"))
  var limit = 0

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit is \(limit); give 0 for no end, or more") }
  }

  /// The revision that a watch starts behind; nil means now.
  func revision(in store: RevisionStore) throws -> Revision? {
    guard let after else { return nil }
    switch try TimeExpression.current().point(after) {
    case .latest: return nil
    case .revision(let revision): return revision
    case .time(let time): return try store.read(at: .time(time)) { $0.revision }
    }
  }
}
