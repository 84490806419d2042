import ArgumentParser
import ImageStreamDB

/// `isdb watch`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print moves of tags as they happen.",
    discussion: """
      Runs until it is interrupted, and prints one line for each move, removal or failed import. With --after it starts with what happened since, \
      and misses nothing.
      """)

  @Argument(help: "A tag, a stream, a namespace, or * for everything.", completion: NameCompletion.tags)
  var scope: String = "*"

  @OptionGroup var start: WatchStartOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let scope = try TagScope(scope)
    try await untilInterrupted {
      try await options.following { store in
        var printed = 0
        for try await change in try store.events(in: scope, after: try start.revision(in: store.keyValues)) {
          try output.printNext(change.document) { change.line }
          printed += 1
          if start.limit > 0, printed >= start.limit, change.isLastOfRevision { return }
        }
      }
    }
  }
}

extension TagChange {
  fileprivate var document: Document {
    let start = Document.object(["type": .string(type), "revision": .integer(revision.rawValue), "tag": .string("\(tag)")])
    return switch kind {
    case .moved(let event): start.adding(["event": event.document, "previous": previous?.document])
    case .removed: start.adding(["previous": previous?.document])
    case .importFailed(let condition): start.adding(["importCondition": condition.document])
    case .refused(let move): start.adding(["refused": move.document])
    case .held(let hold), .holdEnded(let hold): start.adding(["hold": hold.document])
    }
  }

  private var type: String {
    switch kind {
    case .moved: "moved"
    case .removed: "removed"
    case .importFailed: "importFailed"
    case .refused: "refused"
    case .held: "held"
    case .holdEnded: "holdEnded"
    }
  }

  fileprivate var line: String {
    switch kind {
    case .moved(let event): "\(revision) \(tag) \(event.pullSpec.printable) (\(event.account.printable))"
    case .removed: "\(revision) \(tag) removed"
    case .importFailed(let condition): "\(revision) \(tag) import failed (\(condition.reason.printable)): \(condition.message.printable)"
    case .refused(let move): "\(revision) \(tag) \(move.cause.rawValue) of \(move.pullSpec.printable) refused: \(move.reason.printable)"
    case .held(let hold): "\(revision) \(tag) held: \(hold)"
    case .holdEnded(let hold): "\(revision) \(tag) hold ended: \(hold)"
    }
  }
}
