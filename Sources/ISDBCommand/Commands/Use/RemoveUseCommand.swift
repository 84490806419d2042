import ArgumentParser
import ImageStreamDB

/// `isdb use remove`.
struct RemoveUseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Forget what an object uses.", aliases: ["rm"])

  @Argument(help: "The object: KIND/NAMESPACE/NAME.")
  var object: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let object = try UsingObject(object)
    let commit = try await options.writing(creates: false) { store in try await store.write { try $0.removeUse(of: object) } }
    let document = Document.object(["revision": .integer(commit.revision.rawValue), "removed": .array([.string("\(object)")])])
    try output.print(document) { ["\(object) uses nothing any more"] }
  }
}
