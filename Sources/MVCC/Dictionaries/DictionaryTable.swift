internal import LMDB

// Invariants:
//   rows are only ever added, so that what a version or a backup names is never lost
//   built-in identifiers are below firstTrained; a trained one is greater than every one before it

/// Reads of the tree of dictionaries.
///
/// A trained dictionary names the class that it is for. The one with the greatest identifier encodes the class from the commit on that brought it;
/// its row is at once the assignment, which every process learns with its next batch.
enum DictionaryTable {
  /// Identifiers from here to 2^31 are free for anybody's use (zdict.h, "ZDICT_getDictID"; zstd_compression_format.md).
  static let firstTrained: UInt32 = 32_768
  static let lastTrained: UInt32 = 0x7FFF_FFFF

  static func row<T: Transaction & ~Copyable>(
    _ identifier: UInt32, _ table: Table, _ transaction: borrowing T
  ) throws -> DictionaryRow? {
    let key = DictionaryRow.key(identifier)
    return try transaction.withValue(for: key.span, in: table) { try DictionaryRow.decode($0, identifier: identifier) }
  }

  /// The identifier for the next trained dictionary.
  static func next<T: Transaction & ~Copyable>(_ table: Table, _ transaction: borrowing T) throws -> UInt32 {
    let last = try transaction.withCursor(on: table) { cursor in
      try cursor.last() ? try DictionaryRow.identifier(cursor.key) : 0
    }
    guard last < lastTrained else {
      throw StoreError(
        .tooLarge, "the store has used up the identifiers of compression dictionaries; restore it from a backup as a new one")
    }
    return max(last + 1, firstTrained)
  }

  /// A coder that also knows what was added to the table: those in use at once, the others when a record names them.
  static func extend<T: Transaction & ~Copyable>(
    _ coder: ValueCoder, _ table: Table, _ transaction: borrowing T
  ) throws -> ValueCoder {
    var extended = coder
    var newest: [[UInt8]: UInt32] = [:]
    try transaction.withCursor(on: table) { cursor in
      var isThere = try cursor.first()
      while isThere {
        let identifier = try DictionaryRow.identifier(cursor.key)
        if let note = try DictionaryRow.header(cursor.value, identifier: identifier).note {
          newest[note.keyPrefix] = identifier
        } else if !extended.holds(identifier) {
          try extended.adopt(identifier: identifier, bytes: DictionaryRow.decode(cursor.value, identifier: identifier).dictionary)
        }
        isThere = try cursor.next()
      }
    }
    for (prefix, identifier) in newest {
      if !extended.holds(identifier), let row = try row(identifier, table, transaction) {
        try extended.adopt(identifier: identifier, bytes: row.dictionary)
      }
      extended.use(identifier, for: prefix)
    }
    return extended
  }
}
