import ArgumentParser

/// `isdb kv`: the key space that everything else is kept in.
struct KeyValueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kv",
    abstract: "Read and write keys directly.",
    discussion:
      "Every change gets a revision; keys can be read as they were at any revision that is not compacted. Keys take 1 to 480 bytes.",
    subcommands: [
      GetKeyCommand.self, PutKeyCommand.self, DeleteKeyCommand.self, RangeCommand.self, WatchKeysCommand.self, KeyHistoryCommand.self,
      DiffKeysCommand.self,
    ])
}
