import Foundation
import Testing
import Zstd

@testable import ImageStreamDB

/// Makes Sources/ImageStreamDB/Coding/BuiltInDictionaries+Generated.swift anew, from samples that are made up here: `scripts/train-dictionaries` runs it.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ISDB_TRAIN_DICTIONARIES"] != nil, "only scripts/train-dictionaries trains"))
struct DictionaryTraining {
  @Test func `train the built-in dictionaries`() throws {
    var samples = SampleRecords(seed: 20_260_101)
    let sets: [(identifier: Int, name: String, prefixes: [String], bytes: Int, samples: [[UInt8]])] = [
      (1, "images", [Keyspace.images], 8 << 10, (0..<1500).map { _ in samples.image() }),
      (
        2, "tags", [Keyspace.events, Keyspace.references, Keyspace.deliveries], 4 << 10,
        (0..<3000).map { _ in samples.tag() }
      ),
      (3, "manifests", [Keyspace.manifests], 8 << 10, (0..<2000).map { _ in samples.manifest() }),
      (4, "configurations", [Keyspace.configurations], 12 << 10, (0..<1500).map { _ in samples.configuration() }),
    ]
    var text = """
      // Made by scripts/train-dictionaries. Do not edit.
      // swift-format-ignore-file

      extension BuiltInDictionaries {
        /// Dictionary, what it is for, the beginnings of the keys whose values it compresses, and its bytes in base 64.
        static let trained: [(identifier: UInt32, name: String, keyPrefixes: [String], base64: String)] = [

      """
    for set in sets {
      let dictionary = try Zstd.trainDictionary(from: set.samples, maximumByteCount: set.bytes, id: UInt32(set.identifier))
      let lines = Data(dictionary).base64EncodedString(options: .lineLength76Characters).split(whereSeparator: \.isNewline)
      text += "    (\(set.identifier), \"\(set.name)\", \(set.prefixes), \"\"\"\n"
      text += String(lines.map { "      \($0)\\\n" }.joined().dropLast(2))
      text += "\n      \"\"\"),\n"
    }
    text += "  ]\n}\n"
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try Data(text.utf8).write(to: root.appendingPathComponent("Sources/ImageStreamDB/Coding/BuiltInDictionaries+Generated.swift"))
  }
}
