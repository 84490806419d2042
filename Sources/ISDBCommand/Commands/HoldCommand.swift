import ArgumentParser
import ImageStreamDB

/// `isdb hold`.
struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Keep imports, followed tags and policies from moving a tag, or let them again.",
    discussion: """
      pin refuses every automatic move until the hold is released; skip refuses the present image and takes the next different one, skip=DIGEST the \
      one that is named; newer=VERSION waits for a newer version; until=TIME ends by itself. People still move the tag. isdb list holds shows all.
      """)

  @Argument(help: "The tag.", completion: NameCompletion.tags)
  var name: String

  @Argument(help: ArgumentHelp("What to refuse: \(HoldArgument.help).", valueName: "rule"))
  var rule: String = "pin"

  @Flag(name: .long, help: "Release the hold; a tag that follows another one catches up with it.")
  var release = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let name = try ImageStreamTagName(name)
    if release { return try await releaseHold(name) }
    let argument = try HoldArgument(rule)
    let (by, because) = (authorship.author, authorship.because)
    let hold = try await options.writing(creates: false) { store in
      let rule = try store.read { try argument.rule(for: name, &$0) }
      return try await store.write { try $0.hold(name, rule, by: by, because: because) }.value
    }
    try output.print(hold.document) { ["\(name) is held: \(hold)"] }
  }

  private func releaseHold(_ name: ImageStreamTagName) async throws {
    let (hold, tag) = try await options.writing(creates: false) { store in
      try await store.write { writer in (try writer.releaseHold(of: name), try writer.tag(name)) }.value
    }
    try output.print(hold.document) {
      ["\(name) is free again (it was held: \(hold)); it points at \(tag?.newest?.pullSpec.printable ?? "nothing")"]
    }
  }
}
