import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv delete`.
struct DeleteKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a key, or a range of keys.",
    discussion: "Deleted keys can still be read at earlier revisions. Deleting what is not there is no error.")

  @OptionGroup var keys: KeyArguments

  @Flag(name: .long, help: "Allow keys below isdb/, which hold image streams.")
  var force = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    guard keys.key != nil else {
      throw StoreError(.invalidArgument, "kv delete needs a key; name one, or use --from-key with the first key to delete")
    }
    let range = try keys.range()
    try ReservedKeys.check(range, force: force)
    let commit = try await options.writing(creates: false) { store in
      try await store.keyValues.write { try $0.deleteRange(range) }
    }
    try output.print(
      Document.object(["deleted": .integer(commit.value), "revision": .integer(commit.revision.rawValue)])
    ) {
      ["deleted \(commit.value) key\(commit.value == 1 ? "" : "s") at revision \(commit.revision)"]
    }
  }
}
