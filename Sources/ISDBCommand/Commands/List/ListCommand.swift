import ArgumentParser

/// `isdb list`.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List streams, tags, images or holds.",
    discussion: "isdb list is isdb list streams; isdb list shop/web lists the stream's tags.",
    subcommands: [ListStreamsCommand.self, ListTagsCommand.self, ListImagesCommand.self, ListHoldsCommand.self],
    defaultSubcommand: ListStreamsCommand.self,
    aliases: ["ls"])
}

/// How much of a list is printed.
struct PageOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The most to list; 0 means all.", valueName: "number"))
  var limit = 0

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit is \(limit); give 0 for all, or more") }
  }
}
