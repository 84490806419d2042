import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb kv range`.
struct RangeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "range", abstract: "List keys and values, in key order or sorted.", aliases: ["list"])

  @OptionGroup var keys: KeyArguments

  @Option(name: .long, help: ArgumentHelp("The most keys to list; 0 means all.", valueName: "number"))
  var limit = 0

  @Flag(name: .long, help: "List the greatest key first.")
  var reverse = false

  @Flag(name: .long, help: "Leave the values out.")
  var keysOnly = false

  @Flag(name: .long, help: "Print how many keys there are, not the keys.")
  var countOnly = false

  @OptionGroup var sorting: RangeSorting
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  /// Characters of a value in a table.
  private static let maximumValueWidth = 60

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let point = try read.point()
    var query = RangeQuery(try keys.range(), limit: limit, order: reverse ? .descending : .ascending, keysOnly: keysOnly)
    try sorting.apply(to: &query)
    if countOnly { return try count(query.range, at: point) }
    let (result, revision) = try options.reading { store in
      try store.keyValues.read(at: point) { (try $0.range(query), $0.revision) }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue),
      "items": .array(result.keyValues.map { $0.document(includesValue: !keysOnly) }),
      "hasMore": .boolean(result.hasMore),
    ])
    try output.print(document, table: { table(result.keyValues) }, ifEmpty: "no keys at revision \(revision)", hasMore: result.hasMore)
  }

  private func table(_ keyValues: [KeyValue]) -> Table {
    var table = keysOnly ? Table("KEY", "REVISION", "VERSION") : Table("KEY", "REVISION", "VERSION", "VALUE")
    for keyValue in keyValues {
      let cells = [printableBytes(keyValue.key), "\(keyValue.modRevision)", "\(keyValue.version)"]
      table.add(keysOnly ? cells : cells + [printableBytes(keyValue.value).abbreviated(to: Self.maximumValueWidth)])
    }
    return table
  }

  private func count(_ range: KeyRange, at point: ReadPoint) throws {
    let (count, revision) = try options.reading { store in
      try store.keyValues.read(at: point) { (try $0.count(range), $0.revision) }
    }
    try output.print(Document.object(["revision": .integer(revision.rawValue), "count": .integer(count)])) { ["\(count)"] }
  }
}
