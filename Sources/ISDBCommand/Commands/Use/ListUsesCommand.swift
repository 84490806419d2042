import ArgumentParser
import ImageStreamDB

/// `isdb use list`.
struct ListUsesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what objects outside of the store use.", aliases: ["ls"])

  @Argument(help: "Only objects of this kind, such as deployment.")
  var kind: String?

  @Option(name: [.short, .long], help: ArgumentHelp("Only objects of this namespace; with a kind.", valueName: "namespace"))
  var namespace: String?

  @Option(name: .long, help: ArgumentHelp("The most objects to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    guard namespace == nil || kind != nil else {
      throw StoreError(.invalidArgument, "--namespace needs a kind, as in isdb use list deployment --namespace shop")
    }
    let point = try read.point()
    let (page, revision) = try options.reading { store in
      try store.read(at: point) { (try $0.registeredUses(kind: kind, namespace: namespace, limit: limit), $0.revision) }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "items": .array(page.elements.map(\.document)), "hasMore": .boolean(page.hasMore),
    ])
    try output.print(document, table: { table(page.elements) }, ifEmpty: "no uses; add one with isdb use add", hasMore: page.hasMore)
  }

  private func table(_ uses: [RegisteredUse]) -> Table {
    var table = Table("OBJECT", "USES", "REGISTERED", "BY")
    let now = Timestamp.now
    for use in uses {
      let all = use.tags.map(\.description) + use.images.map(\.description) + use.pullSpecs
      table.add(["\(use.object)", all.joined(separator: ", "), "\(Age(of: use.created, now: now))", use.by])
    }
    return table
  }
}

extension RegisteredUse {
  /// What an object uses.
  var document: Document {
    .object([
      "object": .string("\(object)"), "tags": .nonEmpty(tags.map { .string("\($0)") }),
      "images": .nonEmpty(images.map { .string("\($0)") }),
      "pullSpecs": .nonEmpty(pullSpecs.map { .string($0) }), "by": .nonEmpty(by), "created": .string("\(created)"),
      "revision": .integer(revision.rawValue),
    ])
  }
}
