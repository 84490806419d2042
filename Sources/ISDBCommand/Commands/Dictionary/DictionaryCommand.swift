import ArgumentParser

/// `isdb dictionary`.
struct DictionaryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dictionary", abstract: "Train compression dictionaries on the store's own records.",
    discussion: """
      Values are compressed with a dictionary of what records of their class have in common. A store begins with built-in ones; trained on its own \
      records they fit better. What may hold secrets is never sampled.
      """,
    subcommands: [ListDictionariesCommand.self, TrainDictionaryCommand.self])
}
