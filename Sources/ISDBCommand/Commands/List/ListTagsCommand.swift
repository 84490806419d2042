import ArgumentParser
import ImageStreamDB

/// `isdb list tags`.
struct ListTagsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tags", abstract: "List tags with what they point at.")

  @Argument(
    help: ArgumentHelp("Only the tags of a stream or namespace.", valueName: "stream"), completion: NameCompletion.tags)
  var scope: String?

  @OptionGroup var page: PageOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let scope = try scope.map { try TagScope($0) } ?? .all
    try TagListing(scope: scope, point: try read.point(), limit: page.limit).print(output, options)
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
    for tag in tags {
      table.add([
        "\(tag.name)", tag.newest.map { "\(Age(of: $0.created, now: now))" } ?? "", "\(tag.eventCount)", tag.status,
        tag.newest?.pullSpec ?? "",
      ])
    }
    return table
  }
}
