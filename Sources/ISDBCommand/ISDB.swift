import ArgumentParser
import Foundation

/// The command `isdb`.
@main struct ISDB: AsyncParsableCommand {
  /// This release.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "isdb",
    abstract: "Image streams: names for container images that move, with every move on record.",
    discussion: """
      A stream such as shop/web has tags; a tag such as shop/web:latest points at one image, by digest, and remembers every image it pointed at \
      before. All of it is kept in one directory, chosen by --store or ISDB_STORE, that any number of processes may use at once.
      """,
    version: ISDB.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Images and tags",
        subcommands: [
          ImportCommand.self, TagCommand.self, UntagCommand.self, RollbackCommand.self, ResolveCommand.self, ListCommand.self,
          DescribeCommand.self, HistoryCommand.self, ExplainCommand.self, UndeleteCommand.self,
          ApplyCommand.self, ExportCommand.self,
        ]),
      CommandGroup(
        name: "Who may move what", subcommands: [PolicyCommand.self, HoldCommand.self, ProtectCommand.self, ReleaseCommand.self]),
      CommandGroup(
        name: "What differs, what is used, what goes",
        subcommands: [WhoUsesCommand.self, DiffCommand.self, UseCommand.self, PruneCommand.self]),
      CommandGroup(name: "Reacting to changes", subcommands: [WatchCommand.self, TriggerCommand.self]),
      CommandGroup(
        name: "Looking after the store",
        subcommands: [
          InfoCommand.self, CheckCommand.self, CompactCommand.self, RewriteCommand.self, RetentionCommand.self, AlarmCommand.self,
          BackupCommand.self, RestoreCommand.self, DictionaryCommand.self, KeepCommand.self, RegistryCommand.self,
        ]),
      CommandGroup(name: "Serving others", subcommands: [ServeCommand.self]),
      CommandGroup(name: "The key space underneath", subcommands: [KeyValueCommand.self, LeaseCommand.self]),
    ])

  static func main() async {
    do {
      var command = try await asyncParseAsRoot(EtcdFlags.normalized(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch  where exitCode(for: error) == .success {
      // Help, the version and completions were asked for: they are output like any other.
      var text = message(for: error)
      if text.hasPrefix("#!/bin/bash") { text += NameCompletion.bashAddition }
      try? StandardStreams.write(text.hasSuffix("\n") ? text : text + "\n")
    } catch {
      let failure = Failure(error)
      if let message = failure.message { StandardStreams.report("isdb: \(message)") }
      Foundation.exit(failure.status)
    }
  }
}
