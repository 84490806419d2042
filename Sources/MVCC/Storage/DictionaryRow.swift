internal import Crypto
internal import LMDB

/// A dictionary in its tree, immutable: SHA-256 (32 bytes) of what follows, then the dictionary as it is when the store was created with it, or
/// a note of its training and then the dictionary.
///
///     note        1 byte 1; a dictionary begins with zstd's magic number, 37 A4 30 EC, and is told apart by that
///     time        8 bytes: when it was adopted, milliseconds since 1970
///     numbers     five varints: records of the class, samples, held-out bytes raw, as stored before, as stored with the dictionary
///     key prefix  varint length, then the bytes: the class that is encoded with it from then on
struct DictionaryRow: Equatable {
  /// What a trained dictionary's row says besides its bytes.
  struct Note: Equatable {
    var time: Timestamp
    var recordCount: Int
    var sampleCount: Int
    var rawBytes: Int
    var bytesBefore: Int
    var bytesAfter: Int
    var keyPrefix: [UInt8]
  }

  private static let noteMark: UInt8 = 1
  private static let zstdMark: UInt8 = 0x37
  private static let digestBytes = 32

  /// Nil for a dictionary that the store was created with.
  var note: Note?
  var dictionary: [UInt8]

  static func key(_ identifier: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBigEndian(identifier)
    return bytes
  }

  /// - Throws: `StoreError` with code `corrupt` when the key is no identifier.
  static func identifier(_ key: Span<UInt8>) throws(StoreError) -> UInt32 {
    guard key.count == 4 else {
      throw StoreError(.corrupt, "a compression dictionary has no identifier; restore the store from a backup")
    }
    return key.loadBigEndianUInt32(at: 0)
  }

  func encode() -> [UInt8] {
    var content: [UInt8] = []
    if let note {
      content.append(Self.noteMark)
      content.appendBigEndian(note.time.millisecondsSinceEpoch)
      for number in [note.recordCount, note.sampleCount, note.rawBytes, note.bytesBefore, note.bytesAfter, note.keyPrefix.count] {
        content.appendVarint(UInt64(number))
      }
      content += note.keyPrefix
    }
    content += dictionary
    return Array(SHA256.hash(data: content)) + content
  }

  /// - Throws: `StoreError` with code `corrupt` when the bytes do not hash to what was stored, `newerFormat`.
  static func decode(_ bytes: Span<UInt8>, identifier: UInt32) throws(StoreError) -> DictionaryRow {
    let row = [UInt8](copying: bytes)
    guard row.count > digestBytes, row.prefix(digestBytes).elementsEqual(SHA256.hash(data: row[digestBytes...])) else {
      throw StoreError(.corrupt, "compression dictionary \(identifier) fails its SHA-256; restore the store from a backup")
    }
    let (note, start) = try header(bytes, identifier: identifier)
    return DictionaryRow(note: note, dictionary: Array(row[start...]))
  }

  /// The note alone, and where the dictionary begins. Nothing is hashed, so what it says is to be believed only once the row is decoded.
  static func header(_ bytes: Span<UInt8>, identifier: UInt32) throws(StoreError) -> (note: Note?, start: Int) {
    guard bytes.count > digestBytes else {
      throw StoreError(.corrupt, "compression dictionary \(identifier) is cut off; restore the store from a backup")
    }
    if bytes[digestBytes] == zstdMark { return (nil, digestBytes) }
    guard bytes[digestBytes] == noteMark else {
      throw StoreError(.newerFormat, "compression dictionary \(identifier) was written by a newer version; install that version")
    }
    var reader = FieldReader(position: digestBytes + 1)
    guard let time = reader.bigEndianUInt64(of: bytes), let recordCount = reader.varint(of: bytes), let samples = reader.varint(of: bytes),
      let raw = reader.varint(of: bytes), let before = reader.varint(of: bytes), let after = reader.varint(of: bytes),
      let prefixByteCount = reader.varint(of: bytes), prefixByteCount <= UInt64(Schema.maximumKeyBytes),
      let prefix = reader.bytes(Int(prefixByteCount), of: bytes), reader.position < bytes.count
    else {
      throw StoreError(.corrupt, "the note of compression dictionary \(identifier) cannot be read; restore the store from a backup")
    }
    let note = Note(
      time: Timestamp(millisecondsSinceEpoch: Int64(bitPattern: time)), recordCount: Int(clamping: recordCount),
      sampleCount: Int(clamping: samples), rawBytes: Int(clamping: raw), bytesBefore: Int(clamping: before),
      bytesAfter: Int(clamping: after), keyPrefix: prefix)
    return (note, reader.position)
  }
}
