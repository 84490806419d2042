import ArgumentParser
import ImageStreamDB

/// `isdb untag`.
struct UntagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untag", abstract: "Remove tags with their history.",
    discussion:
      "Images stay. Earlier revisions still show the tag, and isdb undelete brings it back, until they are compacted.")

  @Argument(
    help: "The tags to remove, written in full: NAMESPACE/STREAM:TAG. With --all, the streams to remove.", completion: NameCompletion.tags)
  var name: [String]

  @Flag(name: .long, help: "Remove whole streams, with every tag.")
  var all = false

  @Flag(name: .long, help: "Remove protected tags, too.")
  var overrideProtection = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let removed = all ? try await removeStreams() : try await removeTags()
    let document = Document.object([
      "revision": .integer(removed.revision.rawValue), "removed": .array(removed.names.map { .string($0) }),
    ])
    try output.print(document) { removed.names.map { "removed \($0) (revision \(removed.revision))" } }
  }

  private func removeTags() async throws -> (names: [String], revision: Revision) {
    let names = try name.map { text in
      // A default would be a surprise here.
      guard text.contains(":") else {
        throw StoreError(.invalidArgument, "\"\(text.printable)\" names no tag; write NAMESPACE/STREAM:TAG, or --all to remove the stream")
      }
      return try ImageStreamTagName(text)
    }
    let revision = try await options.writing(creates: false) { store in
      for name in names { try await store.untag(name, overridesProtection: overrideProtection) }
      return try store.keyValues.revision()
    }
    return (names.map { "\($0)" }, revision)
  }

  private func removeStreams() async throws -> (names: [String], revision: Revision) {
    let names = try name.map { try ImageStreamName($0) }
    let revision = try await options.writing(creates: false) { store in
      for name in names { try await store.removeImageStream(name, overridesProtection: overrideProtection) }
      return try store.keyValues.revision()
    }
    return (names.map { "\($0)" }, revision)
  }
}
