import ArgumentParser
import MVCC

/// As of when a command reads.
struct ReadOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read the store as it was at a revision (a number) or a time (2026-01-31T09:05:00Z, yesterday, \"10m ago\").",
      valueName: "revision|time"))
  var at: String?

  /// The point in history; the newest when none was asked for.
  func point() throws -> ReadPoint { try at.map(TimeExpression.current().point) ?? .latest }
}
