import ArgumentParser
import ImageStreamDB

/// `isdb list holds`.
struct ListHoldsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "holds", abstract: "List tags that automation may not move, and what it was refused.")

  @Argument(
    help: ArgumentHelp("Only the tags of a stream or namespace.", valueName: "scope"), completion: NameCompletion.tags)
  var scope: String?

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let scope = try scope.map { try TagScope($0) } ?? .all
    let point = try read.point()
    let (tags, revision) = try options.reading { store in try store.read(at: point) { (try $0.heldTags(in: scope), $0.revision) } }
    let document = Document.object(["revision": .integer(revision.rawValue), "items": .array(tags.map(\.document))])
    try output.print(document, table: { table(tags) }, ifEmpty: "no tag is held", hasMore: false)
  }

  private func table(_ tags: [Tag]) -> Table {
    var table = Table("NAME", "HOLD", "SINCE", "BY", "BECAUSE", "REFUSED")
    let now = Timestamp.now
    for tag in tags {
      guard let hold = tag.hold else { continue }
      table.add(["\(tag.name)", "\(hold)", "\(Age(of: hold.created, now: now))", hold.by, hold.because, tag.refused?.pullSpec ?? ""])
    }
    return table
  }
}
