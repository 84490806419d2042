import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb backup`.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write a consistent copy of the store to a file, while it is in use.",
    discussion: "The file is compressed and checksummed, and appears under its name only when it is complete.")

  @Argument(
    help: ArgumentHelp("A new file, or a directory in which the file gets a name of its own.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let line = ProgressLine()
    let summary = try await options.writing(creates: false) { store in
      defer { line.finish() }
      return try await store.keyValues.backup(to: file) { progress in line.update(progress.text("backing up")) }
    }
    try output.print(summary.document(directory: nil)) {
      ["backed up revision \(summary.revision) to \(summary.path.printable) (\(ByteCount(Int64(summary.byteCount))))"]
    }
  }
}

extension BackupProgress {
  /// What is done so far, for the progress line.
  func text(_ activity: String) -> String {
    let percent = expectedCount > 0 ? " (\(min(100, entryCount * 100 / expectedCount)) %)" : ""
    return "\(activity): \(entryCount) entries\(percent)"
  }
}

extension BackupSummary {
  /// The backup and, after a restore, the directory made from it.
  func document(directory: String?) -> Document {
    .object([
      "path": .string(path),
      "directory": directory.map { .string($0) },
      "store": .string("\(store)"),
      "revision": .integer(revision.rawValue),
      "oldestRevision": .integer(max(base, .initial).rawValue),
      "created": .string(created.description),
      "entryCount": .integer(entryCount),
      "byteCount": .integer(byteCount),
      "stateHash": .string("\(stateHash)"),
    ])
  }
}
