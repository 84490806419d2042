import ArgumentParser
import ImageStreamDB

/// `isdb untag`.
struct UntagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untag", abstract: "Remove tags with their history.",
    discussion:
      "Images stay. Earlier revisions still show the tag, until they are compacted; isdb tag NAME@DIGEST NAME:TAG brings an image back.")

  @Argument(help: "The tags to remove. Write the tag in full: NAMESPACE/STREAM:TAG.", completion: NameCompletion.tags)
  var name: [String]

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let names = try name.map { text in
      // A default would be a surprise here.
      guard text.contains(":") else {
        throw StoreError(.invalidArgument, "\"\(text.printable)\" names no tag; write NAMESPACE/STREAM:TAG to remove one")
      }
      return try ImageStreamTagName(text)
    }
    let revision = try await options.writing(creates: false) { store in
      for name in names { try await store.untag(name) }
      return try store.keyValues.revision()
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "removed": .array(names.map { .string("\($0)") }),
    ])
    try output.print(document) { names.map { "removed \($0) (revision \(revision))" } }
  }
}
