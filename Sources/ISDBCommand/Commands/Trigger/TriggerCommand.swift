import ArgumentParser

/// `isdb trigger`.
struct TriggerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger", abstract: "Run commands when tags move.",
    discussion: """
      A trigger is kept in the store with how far it has come, so that no move is lost while isdb trigger run is not running. Its command runs for \
      the image that a tag points at by then; moves in between are left out. A command that fails is run again, after waits that grow up to 5 \
      minutes.
      """,
    subcommands: [
      AddTriggerCommand.self, ListTriggersCommand.self, DescribeTriggerCommand.self, RemoveTriggerCommand.self, RunTriggersCommand.self,
    ])
}
