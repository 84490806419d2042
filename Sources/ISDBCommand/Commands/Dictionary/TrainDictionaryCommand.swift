import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb dictionary train`.
struct TrainDictionaryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train dictionaries, and use those that save enough.",
    discussion: """
      A dictionary is used for new values if it makes samples that it was not trained on at least 5 % smaller than they are stored now, and saves its \
      own size. Values that are there are compressed anew when they are written again. BEFORE and AFTER are what those samples take of their size.
      """)

  @Argument(help: ArgumentHelp("What keys begin with; none means every kind of record that has a dictionary.", valueName: "prefix"))
  var prefixes: [String] = []

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let trainings = try await options.writing(creates: false) { store in
      var trainings: [DictionaryTraining] = []
      for prefix in try classes(store.keyValues) { trainings.append(try await store.keyValues.trainDictionary(for: prefix)) }
      return trainings
    }
    try output.print(Document.object(["items": .array(trainings.map(\.document))])) { table(trainings).lines }
  }

  private func classes(_ store: RevisionStore) throws -> [[UInt8]] {
    prefixes.isEmpty ? try store.dictionaryPrefixes() : prefixes.map { Array($0.utf8) }
  }

  private func table(_ trainings: [DictionaryTraining]) -> Table {
    var table = Table("KEYS", "RECORDS", "SAMPLES", "BEFORE", "AFTER", "RESULT")
    for training in trainings {
      table.add([
        printableBytes(training.keyPrefix), "\(training.recordCount)", "\(training.sampleCount)",
        Share(training.bytesBefore, of: training.rawBytes).text, Share(training.bytesAfter, of: training.rawBytes).text,
        training.outcome.text,
      ])
    }
    return table
  }
}

extension DictionaryTraining.Outcome {
  fileprivate var text: String {
    switch self {
    case .adopted(let identifier): "used as \(identifier)"
    case .savesTooLittle: "saves too little"
    case .tooFewSamples: "too few samples"
    }
  }
}

extension DictionaryTraining {
  fileprivate var document: Document {
    var identifier: UInt32?
    if case .adopted(let adopted) = outcome { identifier = adopted }
    let name =
      switch outcome {
      case .adopted: "adopted"
      case .savesTooLittle: "savesTooLittle"
      case .tooFewSamples: "tooFewSamples"
      }
    return Document.bytes("keyPrefix", keyPrefix)
      .adding([
        "outcome": .string(name),
        "identifier": identifier.map { .integer(Int64($0)) },
        "recordCount": .integer(recordCount),
        "sampleCount": .integer(sampleCount),
        "rawBytes": .integer(rawBytes),
        "bytesBefore": .integer(bytesBefore),
        "bytesAfter": .integer(bytesAfter),
      ])
  }
}
