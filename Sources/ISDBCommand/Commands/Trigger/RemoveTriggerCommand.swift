import ArgumentParser
import ImageStreamDB

/// `isdb trigger remove`.
struct RemoveTriggerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a trigger with its progress.", aliases: ["rm"])

  @Argument(help: "The trigger.", completion: NameCompletion.triggers)
  var name: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.writing(creates: false) { try await $0.removeTrigger(name) }
    try output.print(Document.object(["removed": .string(name)])) { ["removed trigger \(name)"] }
  }
}
