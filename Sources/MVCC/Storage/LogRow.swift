internal import LMDB

/// The key of a change in the log: its revision (8) and its place in that revision (2).
///
/// A write has a limit on its changes, but a lease can have any number of keys, which go in one revision: from place 65,535 on the two bytes are
/// 0xFFFF and the place follows in four.
enum LogKey {
  private static let shortPlaces = 0xFFFF

  static func make(_ revision: Revision, _ index: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(14)
    bytes.appendBigEndian(revision.rawValue)
    bytes.appendBigEndian(UInt16(min(index, shortPlaces)))
    if index >= shortPlaces { bytes.appendBigEndian(UInt32(index)) }
    return bytes
  }

  static func parse(_ bytes: Span<UInt8>) -> (revision: Revision, index: Int)? {
    var reader = FieldReader()
    guard let place = read(&reader, bytes), reader.position == bytes.count else { return nil }
    return place
  }

  /// A key that other bytes may follow.
  static func read(_ reader: inout FieldReader, _ bytes: Span<UInt8>) -> (revision: Revision, index: Int)? {
    guard let revision = reader.bigEndianUInt64(of: bytes), reader.position + 2 <= bytes.count else { return nil }
    var index = Int(bytes.loadBigEndianUInt16(at: reader.position))
    reader.position += 2
    if index == shortPlaces {
      guard reader.position + 4 <= bytes.count else { return nil }
      index = Int(bytes.loadBigEndianUInt32(at: reader.position))
      reader.position += 4
      guard index >= shortPlaces else { return nil }
    }
    return (Revision(Int64(bitPattern: revision)), index)
  }
}

/// One change in the log.
///
///     kind               1 byte: 1 put, 2 delete; 0x80 added when the record follows
///     previous revision  varint: mod revision of the version it replaced, 0 for none
///     key length         varint
///     key
///     record             the whole record, when it takes at most `maximumInlineRecordBytes`
///     checksum           4 bytes: the low half of the XXH3-64 of all before it, seeded with the revision
struct LogRow: Equatable {
  /// Larger records are read from `current` or `history`: a copy in the log would double what they take.
  static let maximumInlineRecordBytes = 256

  private static let recordFollows: UInt8 = 0x80

  var kind: Event.Kind
  var previousRevision: Revision
  var key: [UInt8]
  var record: [UInt8]?

  func encode(revision: Revision) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(key.count + (record?.count ?? 0) + 20)
    bytes.append((kind == .put ? 1 : 2) | (record == nil ? 0 : Self.recordFollows))
    bytes.appendVarint(UInt64(previousRevision.rawValue))
    bytes.appendVarint(UInt64(key.count))
    bytes.append(contentsOf: key)
    if let record { bytes.append(contentsOf: record) }
    bytes.appendBigEndian(Self.checksum(of: bytes.span, revision))
    return bytes
  }

  /// - Throws: `StoreError` with code `corrupt`.
  static func decode(_ bytes: Span<UInt8>, revision: Revision) throws(StoreError) -> LogRow {
    guard bytes.count > 4 else { throw .corruptLog(revision) }
    let body = bytes.extracting(0..<bytes.count - 4)
    guard bytes.loadBigEndianUInt32(at: bytes.count - 4) == checksum(of: body, revision) else { throw .corruptLog(revision) }
    var reader = FieldReader()
    guard let first = reader.byte(of: body), [1, 2].contains(first & ~recordFollows), let previous = reader.varint(of: body),
      previous <= UInt64(Int64.max), let keyByteCount = reader.varint(of: body), keyByteCount <= UInt64(Schema.maximumKeyBytes),
      let key = reader.bytes(Int(keyByteCount), of: body), let rest = reader.bytes(body.count - reader.position, of: body),
      first & recordFollows != 0 || rest.isEmpty
    else { throw .corruptLog(revision) }
    return LogRow(
      kind: first & ~recordFollows == 1 ? .put : .delete, previousRevision: Revision(Int64(previous)), key: key,
      record: first & recordFollows != 0 ? rest : nil)
  }

  private static func checksum(of body: Span<UInt8>, _ revision: Revision) -> UInt32 {
    UInt32(truncatingIfNeeded: Checksum.xxh3(body, seed: UInt64(bitPattern: revision.rawValue)))
  }
}

extension StoreError {
  static func corruptLog(_ revision: Revision) -> StoreError {
    StoreError(.corrupt, "the log row of revision \(revision) fails its checksum; run isdb check and restore the store from a backup")
  }
}
