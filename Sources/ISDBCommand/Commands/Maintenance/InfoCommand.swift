import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb info`.
struct InfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "info", abstract: "Show the size and state of the store.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (path, statistics) = try options.reading { ($0.path, try $0.keyValues.statistics()) }
    try output.print(statistics.document(path: path)) { statistics.sheet(path: path).lines }
  }
}

extension StoreStatistics {
  /// The oldest revision that `--at` takes.
  fileprivate var oldestRevision: Revision { max(compactRevision, .initial) }

  fileprivate func document(path: String) -> Document {
    .object([
      "path": .string(path),
      "store": .string("\(store)"),
      "instance": .string("\(instance)"),
      "format": .integer(format),
      "revision": .integer(revision.rawValue),
      "oldestRevision": .integer(oldestRevision.rawValue),
      "lastCommit": lastCommit.map { .string($0.description) },
      "stateHash": .string("\(stateHash)"),
      "keyCount": .integer(keyCount),
      "historyCount": .integer(historyCount),
      "logCount": .integer(logCount),
      "fileBytes": .integer(fileBytes),
      "usedBytes": .integer(usedBytes),
      "mapSizeBytes": .integer(mapSizeBytes),
      "readerCount": .integer(readerCount),
      "maximumReaders": .integer(maximumReaders),
      "consumerCount": .integer(consumerCount),
      "alarms": .array(alarms.map(\.document)),
    ])
  }

  fileprivate func sheet(path: String) -> Sheet {
    var sheet = Sheet()
    sheet.add("Path", path)
    sheet.add("Store", "\(store)")
    sheet.add("Instance", "\(instance)")
    sheet.add("Format", "\(format)")
    sheet.add("Revision", "\(revision)")
    sheet.add("Oldest Revision", "\(oldestRevision)")
    sheet.add("Last Commit", lastCommit.map { "\($0) (\(Age(of: $0, now: .now)))" } ?? "none yet")
    sheet.add("State Hash", "\(stateHash)")
    sheet.add("Keys", "\(keyCount)")
    sheet.add("Older Versions", "\(historyCount)")
    sheet.add("Log", "\(logCount) changes")
    sheet.add("File", "\(ByteCount(Int64(fileBytes))), \(ByteCount(Int64(usedBytes))) in use, limit \(ByteCount(Int64(mapSizeBytes)))")
    sheet.add("Readers", "\(readerCount) of \(maximumReaders)")
    sheet.add("Consumers", "\(consumerCount)")
    if !alarms.isEmpty { sheet.add("Alarms", alarms.map(\.kind.rawValue).joined(separator: ", ")) }
    return sheet
  }
}
