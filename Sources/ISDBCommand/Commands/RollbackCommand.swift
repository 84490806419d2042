import ArgumentParser
import ImageStreamDB

/// `isdb rollback`.
struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Point a tag at an image of its own history again.",
    discussion: """
      Goes back to the image before the present one, or to the one that --steps, --to or --event names. The rollback is a new event: nothing is \
      removed from the history, and another rollback undoes it. The tag is pinned: imports, followed tags and policies leave it alone until isdb hold \
      --release; --hold says otherwise.
      """)

  @Argument(help: "The tag.", completion: NameCompletion.tags)
  var name: String

  @Option(name: .long, help: ArgumentHelp("Go back that many events; 1 is the event before the newest.", valueName: "number"))
  var steps: Int?

  @Option(name: .long, help: ArgumentHelp("Go back to the newest event with this image; 12 digits are enough.", valueName: "digest"))
  var to: String?

  @Option(name: .long, help: ArgumentHelp("Go back to the event of that number; see isdb history.", valueName: "number"))
  var event: Int64?

  @Option(name: .long, help: ArgumentHelp("Go back to what it pointed at then.", valueName: "revision|time"))
  var at: String?

  @OptionGroup var rollback: RollbackOptions

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let name = try ImageStreamTagName(name)
    let target = try target()
    let hold = try rollback.rollbackHold()
    let (by, because, overrides) = (authorship.author, authorship.because, rollback.overrideProtection)
    let event = try await options.writing(creates: false) { store in
      try await store.write { writer in
        try writer.rollback(name, to: target, hold: hold, by: by, because: because, overridesProtection: overrides)
      }.value
    }
    try output.print(event.document) {
      [
        "\(event.tag) points at \(event.pullSpec.printable) again (revision \(event.revision)\(hold == nil ? "" : "; held, see isdb list holds"))"
      ]
    }
  }

  private func target() throws -> RollbackTarget {
    guard [steps != nil, to != nil, event != nil, at != nil].filter({ $0 }).count <= 1 else {
      throw StoreError(.invalidArgument, "--steps, --to, --event and --at exclude each other; give one of them")
    }
    if let steps { return .steps(steps) }
    if let event { return .sequence(event) }
    if let to { return .image(try DigestPrefix(to)) }
    switch try at.map({ try TimeExpression.current().point($0) }) {
    case .revision(let revision): return .revision(revision)
    case .time(let time): return .time(time)
    case .latest, nil: return .previous
    }
  }
}
