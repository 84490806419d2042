import ArgumentParser
import ImageStreamDB

/// `isdb undelete`.
struct UndeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undelete", abstract: "Bring removed tags back with their history.",
    discussion: """
      A tag comes back as it was when it was removed, until compaction has taken that. With --list, the removed tags of a stream or namespace are \
      listed; with --all, every one of them is brought back.
      """)

  @Argument(help: "The tags; with --list or --all, a stream, a namespace or *.", completion: NameCompletion.tags)
  var name: [String]

  @Flag(name: .long, help: "List the removed tags that can be brought back.")
  var list = false

  @Flag(name: .long, help: "Bring back every removed tag of a stream or namespace.")
  var all = false

  @Option(name: .long, help: ArgumentHelp("Only what was removed since; with --list or --all.", valueName: "revision|time"))
  var since: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    if list {
      let names = try options.reading { store in try scopes(store) }
      let document = Document.object(["items": .array(names.map { .string("\($0)") })])
      return try output.print(document) { names.isEmpty ? ["no removed tag is kept"] : names.map { "\($0)" } }
    }
    let restored = try await options.writing(creates: false) { store in
      let names = all ? try scopes(store) : try name.map { try ImageStreamTagName($0) }
      var restored: [(name: ImageStreamTagName, from: Revision)] = []
      for name in names { restored.append((name, try await store.undelete(name))) }
      return restored
    }
    let items = restored.map { Document.object(["tag": .string("\($0.name)"), "from": .integer($0.from.rawValue)]) }
    try output.print(Document.object(["items": .array(items)])) {
      restored.map { "\($0.name) is back as it was at revision \($0.from)" }
    }
  }

  private func scopes(_ store: ImageStore) throws -> [ImageStreamTagName] {
    let oldest = try store.read { $0.oldestRevision }
    let after =
      if let since {
        switch try TimeExpression.current().point(since) {
        case .latest: try store.keyValues.revision()
        case .revision(let revision): revision
        case .time(let time): try store.read(at: .time(time)) { $0.revision }
        }
      } else {
        max(oldest, 1)
      }
    return try name.flatMap { try store.removedTags(in: TagScope($0), after: after) }.sorted()
  }
}
