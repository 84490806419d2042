import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv get`.
struct GetKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Print a key's value.",
    discussion: "The bytes are printed as they are; at a terminal, on a line of their own.")

  @Argument(help: "The key.")
  var key: String

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let keyValue = try options.reading { store in
      try store.keyValues.read(at: point) { view in
        guard let keyValue = try view.get(Array(key.utf8)) else {
          throw StoreError(
            .notFound, "there is no key \"\(key.printable)\" at revision \(view.revision); see isdb kv range for what there is")
        }
        return keyValue
      }
    }
    if output.output != .table { return try output.print(keyValue.document()) { [] } }
    let needsBreak = StandardStreams.outputIsTerminal && keyValue.value.last != UInt8(ascii: "\n")
    try StandardStreams.write(keyValue.value + (needsBreak ? [UInt8(ascii: "\n")] : []))
  }
}
