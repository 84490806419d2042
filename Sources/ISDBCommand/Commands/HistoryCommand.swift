import ArgumentParser
import ImageStreamDB

/// `isdb history`.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List what a tag pointed at, newest first, with who moved it and why.")

  @Argument(help: "The tag.", completion: NameCompletion.tags)
  var name: String

  @Option(name: .long, help: ArgumentHelp("The most events to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let point = try read.point()
    let name = try ImageStreamTagName(name)
    let (events, revision) = try options.reading { store in
      try store.read(at: point) { (try $0.history(of: name, limit: limit), $0.revision) }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "tag": .string("\(name)"), "items": .array(events.map(\.document)),
    ])
    try output.print(document, table: { table(events) }, ifEmpty: "\(name) has no events yet; see isdb describe \(name)")
  }

  /// Characters of a reason in the table; JSON has all of it.
  private static let maximumReasonWidth = 40

  private func table(_ events: [TagEvent]) -> Table {
    var table = Table("EVENT", "REVISION", "UPDATED", "CAUSE", "BY", "BECAUSE", "PULL SPEC")
    let now = Timestamp.now
    for event in events {
      table.add([
        "\(event.sequence)", "\(event.revision)", "\(Age(of: event.created, now: now))", event.cause.rawValue, event.by,
        event.because.abbreviated(to: Self.maximumReasonWidth), event.pullSpec,
      ])
    }
    return table
  }
}
