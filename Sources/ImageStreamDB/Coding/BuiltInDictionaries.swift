internal import MVCC

/// The zstd dictionaries that a new store begins with, one for each kind of record.
enum BuiltInDictionaries {
  static let all: [BuiltInDictionary] = []
}
