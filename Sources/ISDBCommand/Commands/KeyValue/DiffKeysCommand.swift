import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv diff`.
struct DiffKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "List the keys that differ between two revisions or times.",
    discussion: """
      In key order; + is a key that came, - one that went, and ~ one that was set in between, if only to the same value. Given an earlier --to than \
      --from, it tells what going back would change.
      """)

  @OptionGroup var keys: KeyArguments

  @Option(name: .long, help: ArgumentHelp("Compare the store as it was at a revision or a time.", valueName: "revision|time"))
  var from: String

  @Option(name: .long, help: ArgumentHelp("With the store as it was then; now, when left out.", valueName: "revision|time"))
  var to: String?

  @Option(name: .long, help: ArgumentHelp("The most keys to list; 0 means all.", valueName: "number"))
  var limit = 0

  @Flag(name: .long, help: "Leave the values out.")
  var keysOnly = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  /// Characters of a value in a table.
  private static let maximumValueWidth = 40

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let times = TimeExpression.current()
    let (source, target) = (try times.point(from), try to.map(times.point) ?? .latest)
    let range = try keys.range()
    let result = try options.reading { store in
      try store.keyValues.differences(in: range, from: source, to: target, limit: limit, keysOnly: keysOnly)
    }
    let document = Document.object([
      "from": .integer(result.source.rawValue),
      "to": .integer(result.target.rawValue),
      "items": .array(result.differences.map { $0.document(includesValues: !keysOnly) }),
      "hasMore": .boolean(result.hasMore),
    ])
    try output.print(
      document, table: { table(result.differences) }, ifEmpty: "no differences between revisions \(result.source) and \(result.target)",
      hasMore: result.hasMore)
  }

  private func table(_ differences: [KeyDifference]) -> Table {
    var table = keysOnly ? Table("", "KEY", "FROM", "TO") : Table("", "KEY", "FROM", "TO", "BEFORE", "AFTER")
    for difference in differences {
      let (before, after) = (difference.before, difference.after)
      let cells = [
        difference.kind.sign, printableBytes(difference.key), before.map { "\($0.modRevision)" } ?? "",
        after.map { "\($0.modRevision)" } ?? "",
      ]
      let values = [before, after].map { version in
        version.map { printableBytes($0.value).abbreviated(to: Self.maximumValueWidth) } ?? ""
      }
      table.add(keysOnly ? cells : cells + values)
    }
    return table
  }
}

extension KeyDifference.Kind {
  fileprivate var sign: String {
    switch self {
    case .created: "+"
    case .changed: "~"
    case .deleted: "-"
    }
  }

  fileprivate var name: String {
    switch self {
    case .created: "created"
    case .changed: "changed"
    case .deleted: "deleted"
    }
  }
}

extension KeyDifference {
  fileprivate func document(includesValues: Bool) -> Document {
    Document.bytes("key", key)
      .adding([
        "kind": .string(kind.name),
        "before": before?.document(includesValue: includesValues),
        "after": after?.document(includesValue: includesValues),
      ])
  }
}
