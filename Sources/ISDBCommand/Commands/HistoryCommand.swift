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

  @Option(name: .long, help: ArgumentHelp("Only events with a smaller number: the next page.", valueName: "event"))
  var before: Int64?

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let point = try read.point()
    let name = try ImageStreamTagName(name)
    let (events, newest, revision) = try options.reading { store in
      try store.read(at: point) { reader in
        (try reader.history(of: name, before: before, limit: limit), try reader.tag(name)?.newest, reader.revision)
      }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "tag": .string("\(name)"), "items": .array(events.map(\.document)),
    ])
    try output.print(document, table: { try table(events, newest) }, ifEmpty: "\(name) has no events yet; see isdb describe \(name)")
  }

  /// Characters of a reason in the table; JSON has all of it.
  private static let maximumReasonWidth = 40

  /// A timeline: how long each image was served, until the event above it.
  private func table(_ events: [TagEvent], _ newest: TagEvent?) throws -> Table {
    var table = Table("EVENT", "REVISION", "UPDATED", "SERVED", "CAUSE", "BY", "BECAUSE", "PULL SPEC")
    let now = Timestamp.now
    for (index, event) in events.enumerated() {
      let isCurrent = event.sequence == newest?.sequence
      let end = isCurrent ? now : index > 0 ? events[index - 1].created : nil
      table.add([
        "\(event.sequence)", "\(event.revision)", "\(Age(of: event.created, now: now))",
        end.map { "\(Age.span(from: event.created, to: $0))\(isCurrent ? ", now" : "")" } ?? "", event.cause.rawValue, event.by,
        event.because.abbreviated(to: Self.maximumReasonWidth), event.pullSpec,
      ])
    }
    return table
  }
}
