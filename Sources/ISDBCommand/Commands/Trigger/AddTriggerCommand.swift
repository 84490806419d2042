import ArgumentParser
import ImageStreamDB

/// `isdb trigger add`.
struct AddTriggerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a trigger for what moves from now on.",
    usage: "isdb trigger add <name> --on <scope> [--max-attempts <number>] [--output <format>] [--store <path>] -- <command> ...",
    discussion: """
      isdb trigger run runs the command, without a shell, for each tag that moved, with the event in its environment (ISDB_TAG, ISDB_PULL_SPEC, \
      ISDB_IMAGE, ISDB_PREVIOUS_IMAGE, ISDB_CAUSE, ISDB_BY, ISDB_BECAUSE, ISDB_EVENT_REVISION, ISDB_EVENT_SEQUENCE, ISDB_TRIGGER, ISDB_ATTEMPT, \
      ISDB_STORE) and as JSON on its standard input. Status 0 means done.
      """)

  @Argument(help: "The trigger's name: lower-case letters, digits and inner hyphens.")
  var name: String

  @Option(
    name: .long, help: ArgumentHelp("A tag, a stream, a namespace, or * for every tag.", valueName: "scope"),
    completion: NameCompletion.tags)
  var on: String

  @Option(name: .long, help: ArgumentHelp("Give an image up after that many attempts; 0 means never.", valueName: "number"))
  var maxAttempts = 0

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var command: [String] = []

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    guard !command.isEmpty else {
      throw StoreError(.invalidArgument, "trigger \(name.printable) has no command; write it behind two hyphens, as in -- ./deploy.sh web")
    }
    guard maxAttempts >= 0 else { throw StoreError(.invalidArgument, "--max-attempts is \(maxAttempts); give 0 for no limit, or more") }
    let scope = try TagScope(on)
    let trigger = try await options.writing { store in
      try await store.addTrigger(name, on: scope, command: command, maximumAttempts: maxAttempts)
    }
    try output.print(trigger.document) { ["added trigger \(trigger.name) on \(trigger.scope); isdb trigger run runs it"] }
  }
}
