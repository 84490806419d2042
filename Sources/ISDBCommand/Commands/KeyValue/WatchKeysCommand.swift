import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv watch`.
struct WatchKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print changes of keys as they happen.",
    discussion: "Runs until it is interrupted. With --after it starts with what happened since, and misses nothing.")

  @OptionGroup var keys: KeyArguments
  @OptionGroup var start: WatchStartOptions

  @Flag(name: .long, help: "Include the key as it was before, in json and yaml.")
  var previous = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let range = try keys.range()
    let watchOptions = WatchOptions(includesPrevious: previous)
    try await untilInterrupted {
      try await options.following { store in
        var printed = 0
        for try await batch in try store.keyValues.watch(range, after: try start.revision(in: store.keyValues), options: watchOptions) {
          for (index, event) in batch.events.enumerated() {
            try output.printNext(event.document) { event.line }
            printed += 1
            let next = index + 1 < batch.events.count ? batch.events[index + 1].keyValue.modRevision : nil
            if start.limit > 0, printed >= start.limit, next != event.keyValue.modRevision { return }
          }
        }
      }
    }
  }
}

extension Event {
  fileprivate var document: Document {
    Document.object(["type": .string(kind == .put ? "put" : "delete")])
      .merging(keyValue.document(includesValue: kind == .put))
      .adding(["previous": previous?.document()])
  }

  fileprivate var line: String {
    let key = printableBytes(keyValue.key)
    return switch kind {
    case .put: "\(keyValue.modRevision) put \(key) \(printableBytes(keyValue.value))"
    case .delete: "\(keyValue.modRevision) delete \(key)"
    }
  }
}
