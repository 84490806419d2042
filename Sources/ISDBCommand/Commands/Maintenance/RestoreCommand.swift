import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb restore`.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make a new store from a backup.",
    discussion:
      "The whole backup is verified before the store appears. An existing store is never touched: name a directory that is new or empty.")

  @Argument(help: "A file that isdb backup wrote.", completion: .file())
  var file: String

  @Argument(help: "The directory to create (default: the store's directory).", completion: .directory)
  var directory: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let directory = directory ?? options.path
    let line = ProgressLine()
    defer { line.finish() }
    let summary = try ImageStore.restore(from: file, to: directory) { progress in line.update(progress.text("restoring")) }
    line.finish()
    try output.print(summary.document(directory: directory)) {
      ["restored revision \(summary.revision) of \(summary.created) into \(directory.printable)"]
    }
  }
}
