import ArgumentParser
import ImageStreamDB

/// `isdb list tags`.
struct ListTagsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tags", abstract: "List tags with what they point at.")

  @Argument(
    help: ArgumentHelp("Only the tags of a stream or namespace.", valueName: "stream"), completion: NameCompletion.tags)
  var scope: String?

  @Flag(name: [.short, .long], help: "Go on with each tag that changes, until interrupted.")
  var watch = false

  @OptionGroup var page: PageOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let scope = try scope.map { try TagScope($0) } ?? .all
    let listing = TagListing(scope: scope, point: try read.point(), limit: page.limit)
    if watch { try await untilInterrupted { try await listing.follow(output, options) } } else { try listing.print(output, options) }
  }
}

/// The tags of a scope, as both `list tags` and `list NAMESPACE/STREAM` print them.
struct TagListing {
  let scope: TagScope
  let point: ReadPoint
  let limit: Int

  func print(_ output: OutputOptions, _ options: StoreOptions) throws {
    let (tags, revision) = try options.reading { store in
      try store.read(at: point) { reader in
        let tags = try reader.tags(in: scope, limit: limit)
        if tags.elements.isEmpty { try requireExistence(&reader) }
        return (tags, reader.revision)
      }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "items": .array(tags.elements.map(\.document)), "hasMore": .boolean(tags.hasMore),
    ])
    try output.print(
      document, table: { table(tags.elements) }, ifEmpty: "no tags; make one with isdb import or isdb tag", hasMore: tags.hasMore)
  }

  /// Prints the tags, and then each that changes, as it is after the change; a tag that is removed has nothing behind its name.
  func follow(_ output: OutputOptions, _ options: StoreOptions) async throws {
    try await options.following { store in
      let (tags, revision) = try store.read(at: point) { (try $0.tags(in: scope, limit: limit).elements, $0.revision) }
      let table = table(tags)
      if output.output == .table {
        try output.print(Document.object([:])) { table.lines }
      } else {
        for tag in tags { try output.printNext(tag.document) { "" } }
      }
      for try await change in try store.events(in: scope, after: revision) {
        let tag = try store.read { try $0.tag(change.tag) }
        let document = tag?.document ?? .object(["name": .string("\(change.tag)"), "isRemoved": .boolean(true)])
        try output.printNext(document) { table.line(tag.map { cells($0, now: .now) } ?? ["\(change.tag)", "removed", "", "", ""]) }
      }
    }
  }

  /// An empty stream is an empty list; one that is not there is a mistake.
  private func requireExistence(_ reader: inout ImageStreamReader) throws {
    switch scope {
    case .all, .namespace: return
    case .tag(let name):
      throw StoreError(.notFound, "there is no tag \(name) at revision \(reader.revision); see isdb list \(name.stream)")
    case .stream(let name):
      guard try reader.imageStream(name) == nil else { return }
      throw StoreError(.notFound, "there is no stream \(name) at revision \(reader.revision); see isdb list")
    }
  }

  private func table(_ tags: [Tag]) -> Table {
    var table = Table("NAME", "UPDATED", "HISTORY", "STATUS", "PULL SPEC")
    let now = Timestamp.now
    for tag in tags { table.add(cells(tag, now: now)) }
    return table
  }

  private func cells(_ tag: Tag, now: Timestamp) -> [String] {
    [
      "\(tag.name)", tag.newest.map { "\(Age(of: $0.created, now: now))" } ?? "", "\(tag.eventCount)", tag.status,
      tag.newest?.pullSpec ?? "",
    ]
  }
}
