import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb rewrite`.
struct RewriteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewrite", abstract: "Give free space in the data file back to the file system.",
    discussion: """
      The data file is copied without its free pages, and the copy takes its place. Other processes may use the store: writers wait meanwhile, readers do \
      not. Compact first, to have something to give back.
      """)

  @Flag(name: .long, help: "Verify every record and rule of the copy before it takes its place.")
  var check = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let result = try await options.writing(creates: false) { try await $0.keyValues.rewrite(checks: check) }
    try output.print(
      Document.object(["fileBytesBefore": .integer(result.fileBytesBefore), "fileBytes": .integer(result.fileBytes)])
    ) {
      ["rewritten: the data file had \(ByteCount(Int64(result.fileBytesBefore))) and has \(ByteCount(Int64(result.fileBytes)))"]
    }
  }
}
