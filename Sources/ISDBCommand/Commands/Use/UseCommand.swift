import ArgumentParser

/// `isdb use`.
struct UseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Register what uses tags and images outside of the store, so that pruning keeps it.",
    subcommands: [AddUseCommand.self, RemoveUseCommand.self, ListUsesCommand.self])
}
