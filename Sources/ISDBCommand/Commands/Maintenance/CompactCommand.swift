import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb compact`.
struct CompactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact", abstract: "Drop old revisions.",
    discussion: """
      What is current stays; what could only be read at revisions before the given one is dropped, and its pages are used again. Tag history is \
      data of its own and stays too. Triggers that have not come that far hold the compaction back.
      """)

  @Argument(help: ArgumentHelp("The oldest revision to keep, or a time, such as \"7 days ago\".", valueName: "revision|time"))
  var to: String

  @Flag(name: .long, help: "Do not wait for triggers and other consumers: they will miss what is dropped.")
  var force = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  private struct Outcome {
    var oldest: Revision
    var hasCompacted: Bool
    var heldBackBy: [ConsumerCursor] = []
  }

  func run() async throws {
    let point = try TimeExpression.current().point(to)
    let outcome = try await options.writing(creates: false) { try await compact($0.keyValues, to: point) }
    try output.print(document(outcome)) {
      let oldest = "the oldest readable revision is \(outcome.oldest)"
      return [outcome.hasCompacted ? "compacted; \(oldest)" : "nothing to compact; \(oldest)"]
        + outcome.heldBackBy.map { "held back by \($0.name.printable), which has come to revision \($0.revision)" }
    }
  }

  private func compact(_ store: RevisionStore, to point: ReadPoint) async throws -> Outcome {
    let before = max(try store.statistics().compactRevision, .initial)
    do {
      let result = try await store.compact(to: store.read(at: point) { $0.revision }, force: force)
      let oldest = max(result.compactRevision, .initial)
      return Outcome(oldest: oldest, hasCompacted: oldest > before, heldBackBy: result.heldBackBy)
    } catch let error as StoreError where error.code == .compacted {
      // A job that compacts every night finds nothing to do after a quiet day.
      return Outcome(oldest: before, hasCompacted: false)
    }
  }

  private func document(_ outcome: Outcome) -> Document {
    .object([
      "oldestRevision": .integer(outcome.oldest.rawValue),
      "hasCompacted": .boolean(outcome.hasCompacted),
      "heldBackBy": .array(
        outcome.heldBackBy.map { .object(["name": .string($0.name), "revision": .integer($0.revision.rawValue)]) }),
    ])
  }
}
