internal import MVCC

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The zstd dictionaries that a new store begins with, one for each kind of record. They make even the first record several times smaller.
///
/// A tag's own record has none: it is what resolving reads, and a frame would double the time that takes, for a hundred bytes a tag. Its events are many
/// and seldom read, and have one.
///
/// Their identifiers are below 32,768, which zstd leaves to private use. An identifier is never used for another dictionary: stored records name it.
enum BuiltInDictionaries {
  static let all: [BuiltInDictionary] = trained.compactMap { dictionary in
    guard let bytes = Data(base64Encoded: dictionary.base64) else { return nil }
    return BuiltInDictionary(
      identifier: dictionary.identifier, keyPrefixes: dictionary.keyPrefixes.map { Array($0.utf8) }, bytes: Array(bytes))
  }
}
