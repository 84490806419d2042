internal import LMDB

/// The three ways to find a version, written once for read and write transactions: the newest in `current`, an older one in `history`,
/// and the one that a log row speaks of.
struct Lookup: Sendable {
  let tables: Tables

  /// The newest version of `key` as stored, or nil. One descent.
  func current<T: Transaction & ~Copyable, R>(_ key: [UInt8], _ transaction: borrowing T, _ body: (Span<UInt8>) throws -> R) throws -> R? {
    try transaction.withValue(for: key.span, in: tables.current, body)
  }

  /// The version of `key` in `history` that was visible at `revision`, or nil. One seek, however many versions there are.
  func history<T: Transaction & ~Copyable, R>(
    _ key: [UInt8], at revision: Revision, _ transaction: borrowing T, _ body: (Span<UInt8>) throws -> R
  ) throws -> R? {
    try transaction.withCursor(on: tables.history) { cursor in
      try Self.history(key, at: revision, &cursor, body)
    }
  }

  static func history<R>(
    _ key: [UInt8], at revision: Revision, _ cursor: inout Cursor, _ body: (Span<UInt8>) throws -> R
  ) throws -> R? {
    let prefix = HistoryKey.prefix(of: key)
    let next = prefix + [UInt8].bigEndian(revision.rawValue + 1)
    let isBehind = try cursor.seek(toAtLeast: next.span)
    guard try isBehind ? cursor.previous() : cursor.last(), cursor.key.hasPrefix(prefix.span), cursor.key.count == prefix.count + 8 else {
      return nil
    }
    guard HistoryRow.endRevision(cursor.value) > revision else { return nil }
    return try body(cursor.value.extracting(HistoryRow.record(in: cursor.value.count)))
  }

  /// The version that `key` had right after its change at exactly `revision`.
  func version<T: Transaction & ~Copyable, R>(
    _ key: [UInt8], changedAt revision: Revision, _ transaction: borrowing T, _ body: (Record, Span<UInt8>) throws -> R
  ) throws -> R? {
    let found = try current(key, transaction) { bytes -> R? in
      let record = try Record.decode(bytes, key: key)
      return record.modRevision == revision ? try body(record, bytes) : nil
    }
    if let found = found ?? nil { return found }
    let historyKey = HistoryKey.make(key, revision)
    return try transaction.withValue(for: historyKey.span, in: tables.history) { bytes in
      let stored = bytes.extracting(HistoryRow.record(in: bytes.count))
      return try body(try Record.decode(stored, key: key), stored)
    }
  }

  func state<T: Transaction & ~Copyable>(_ transaction: borrowing T) throws -> StateRecord {
    let stateKey = Schema.stateKey
    let state = try transaction.withValue(for: stateKey.span, in: tables.main) { try StateRecord.decode($0) }
    guard let state else {
      throw StoreError(.notAStore, "the LMDB environment has no state record, so it is not a store; name a store's directory")
    }
    return state
  }
}

/// The value of a history row: the revision that ended the version, then its record.
enum HistoryRow {
  static func encode(endRevision: Revision, record: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + record.count)
    bytes.appendBigEndian(endRevision.rawValue)
    bytes.append(contentsOf: record)
    return bytes
  }

  /// 0 when the row is too short to have one, so that no version in it is visible.
  static func endRevision(_ bytes: Span<UInt8>) -> Revision {
    bytes.count < 8 ? .zero : Revision(Int64(bitPattern: bytes.loadBigEndianUInt64(at: 0)))
  }

  /// Where the record is in a row of that many bytes.
  static func record(in byteCount: Int) -> Range<Int> { min(8, byteCount)..<byteCount }
}

/// The tree of commit times: last revision of a commit → milliseconds since 1970.
enum TimeRow {
  static func encode(_ time: Timestamp) -> [UInt8] { .bigEndian(time.millisecondsSinceEpoch) }

  static func decode(_ bytes: Span<UInt8>) -> Timestamp? {
    bytes.count == 8 ? Timestamp(millisecondsSinceEpoch: Int64(bitPattern: bytes.loadBigEndianUInt64(at: 0))) : nil
  }

  static func revision(_ key: Span<UInt8>) -> Revision? {
    key.count == 8 ? Revision(Int64(bitPattern: key.loadBigEndianUInt64(at: 0))) : nil
  }
}
