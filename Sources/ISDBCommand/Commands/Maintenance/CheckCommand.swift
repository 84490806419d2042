import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb check`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Verify every record and every rule of the store.",
    discussion: "Reads all of the store, while it may be in use. Exits with status 65 when something is wrong.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let report = try options.reading { try $0.keyValues.check() }
    try output.print(report.document) { report.lines }
    if !report.isConsistent { throw StoreError(.corrupt, "the store \(options.path) is damaged; restore it from a backup") }
  }
}

extension ConsistencyReport {
  fileprivate var document: Document {
    .object([
      "revision": .integer(revision.rawValue),
      "isConsistent": .boolean(isConsistent),
      "keyCount": .integer(keyCount),
      "historyCount": .integer(historyCount),
      "logCount": .integer(logCount),
      "findings": .array(findings.map { .string($0) }),
    ])
  }

  fileprivate var lines: [String] {
    let scope = "\(keyCount) keys, \(historyCount) older versions and \(logCount) log rows at revision \(revision)"
    return isConsistent ? ["checked \(scope): no fault found"] : findings.map { "! \($0.printable)" } + ["checked \(scope)"]
  }
}
