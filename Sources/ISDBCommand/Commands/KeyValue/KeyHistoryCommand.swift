import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv history`.
struct KeyHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List a key's versions, newest first.",
    discussion: "Versions that were compacted are gone. A deletion is not a version; a key created again starts at version 1.")

  @Argument(help: "The key.")
  var key: String

  @Option(name: .long, help: ArgumentHelp("The most versions to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  /// Characters of a value in a table.
  private static let maximumValueWidth = 60

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let point = try read.point()
    let versions = try options.reading { store in
      try store.keyValues.read(at: point) { view in
        try view.versions(of: Array(key.utf8), limit: limit).map { ($0, try view.commitTime(of: $0.modRevision)) }
      }
    }
    guard !versions.isEmpty else {
      throw StoreError(.notFound, "no version of key \"\(key.printable)\" is kept; see isdb kv range for what there is")
    }
    let items = versions.map { keyValue, time in
      keyValue.document().adding(["time": time.map { .string($0.description) }])
    }
    try output.print(Document.object(["items": .array(items)])) {
      var table = Table("REVISION", "VERSION", "TIME", "VALUE")
      for (keyValue, time) in versions {
        table.add([
          "\(keyValue.modRevision)", "\(keyValue.version)", time?.description ?? "",
          printableBytes(keyValue.value).abbreviated(to: Self.maximumValueWidth),
        ])
      }
      return table.lines
    }
  }
}
