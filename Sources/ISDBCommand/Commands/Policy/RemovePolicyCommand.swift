import ArgumentParser
import ImageStreamDB

/// `isdb policy remove`.
struct RemovePolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Let no policy move a tag any more.", discussion: "What the tag points at stays.", aliases: ["rm"])

  @Argument(help: "The tag.", completion: NameCompletion.policies)
  var tag: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let name = try ImageStreamTagName(tag)
    try await options.writing(creates: false) { try await $0.removePolicy(of: name) }
    try output.print(Document.object(["removed": .string("\(name)")])) { ["removed the policy of \(name)"] }
  }
}
