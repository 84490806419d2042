import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv put`.
struct PutKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "put", abstract: "Set a key's value.")

  @Argument(help: "The key.")
  var key: String

  @Argument(help: "The value; - or none reads it from standard input.")
  var value: String?

  @Option(name: .long, help: ArgumentHelp("The lease that the key is attached to; see isdb lease.", valueName: "lease"))
  var lease: LeaseIdentifier?

  @Flag(name: .long, help: "Allow keys below isdb/, which hold image streams.")
  var force = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let key = Array(key.utf8)
    try ReservedKeys.check(.key(key), force: force)
    let value = try value.flatMap { $0 == "-" ? nil : Array($0.utf8) } ?? StandardStreams.readInput()
    let commit = try await options.writing { store in
      try await store.keyValues.write { try $0.put(key, value, lease: lease?.number ?? 0) }
    }
    try output.print(Document.bytes("key", key).adding(["revision": .integer(commit.revision.rawValue)])) {
      ["put \(printableBytes(key)) at revision \(commit.revision)"]
    }
  }
}
