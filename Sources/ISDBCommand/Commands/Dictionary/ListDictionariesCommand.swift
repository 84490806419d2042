import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb dictionary list`.
struct ListDictionariesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the dictionaries of the store.",
    discussion: "BEFORE and AFTER are what values took of their size when the dictionary was trained, without it and with it.",
    aliases: ["ls"])

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (dictionaries, revision) = try options.reading { (try $0.keyValues.dictionaries(), try $0.keyValues.revision()) }
    let document = Document.object(["revision": .integer(revision.rawValue), "items": .array(dictionaries.map(\.document))])
    try output.print(document, table: { table(dictionaries) }, ifEmpty: "no dictionaries; train one with isdb dictionary train")
  }

  private func table(_ dictionaries: [StoredDictionary]) -> Table {
    var table = Table("NUMBER", "KEYS", "IN USE", "SIZE", "TRAINED", "BEFORE", "AFTER")
    for dictionary in dictionaries {
      table.add([
        "\(dictionary.identifier)", dictionary.keyPrefixes.map(printableBytes).joined(separator: " "), dictionary.isInUse ? "yes" : "no",
        "\(ByteCount(Int64(dictionary.byteCount)))", dictionary.trained?.description ?? "built in",
        Share(dictionary.bytesBefore, of: dictionary.rawBytes).text, Share(dictionary.bytesAfter, of: dictionary.rawBytes).text,
      ])
    }
    return table
  }
}

/// A part of a whole in per cent; nothing of nothing.
struct Share {
  let text: String

  init(_ part: Int, of whole: Int) { text = whole == 0 ? "" : "\((part * 100 + whole / 2) / whole) %" }
}

extension StoredDictionary {
  fileprivate var document: Document {
    .object([
      "identifier": .integer(Int64(identifier)),
      "keyPrefixes": .array(keyPrefixes.map { Document.bytes("keyPrefix", $0) }),
      "isInUse": .boolean(isInUse),
      "byteCount": .integer(byteCount),
      "trained": trained.map { .string($0.description) },
      "recordCount": trained.map { _ in .integer(recordCount) },
      "sampleCount": trained.map { _ in .integer(sampleCount) },
      "rawBytes": trained.map { _ in .integer(rawBytes) },
      "bytesBefore": trained.map { _ in .integer(bytesBefore) },
      "bytesAfter": trained.map { _ in .integer(bytesAfter) },
    ])
  }
}
