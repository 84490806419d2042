internal import LMDB

/// One version of a key as it is stored, in `current` or, bytes unchanged, in `history`.
///
///     format and codec    1 byte: format 1 in the high half; codec in the low half
///     create revision     varint
///     mod revision        varint, as the distance from the create revision
///     version             varint
///     lease               varint of the 64 bits
///     raw length          varint: bytes of the value before compression, the hard cap on decompressing
///     dictionary          varint, only with codec 2
///     value hash          8 bytes, only with codecs 1 and 2: XXH3-64 of the value before compression
///     payload             the value, compressed or not
///     checksum            8 bytes: the XXH3-64 of all before it, exclusive-or the XXH3-64 of the key
///
/// The key's hash binds a record to its key: one found under another key fails. It is not the seed of the first, since above 240 bytes a seed
/// costs a fifth more: XXH3 derives 192 bytes of secret from it. The tree's name is not hashed, so a version moves to history
/// without hashing it again.
struct Record {
  /// How the payload holds the value.
  enum Codec: UInt8, Sendable {
    case raw = 0
    case zstd = 1
    case zstdWithDictionary = 2
  }

  static let format: UInt8 = 1

  /// The least that a record can take: 1 + 5 varints of one byte + 8.
  static let minimumByteCount = 14

  var codec: Codec
  var createRevision: Revision
  var modRevision: Revision
  var version: Int64
  var lease: Int64
  var valueByteCount: Int
  var dictionary: UInt32
  /// XXH3-64 of the value before compression; 0 with codec `raw`, where it can be computed from the payload.
  var valueHash: UInt64
  /// Where the payload is in the stored bytes.
  var payload: Range<Int>
}

extension Record {
  /// The stored bytes of a version.
  static func encode(
    key: [UInt8], value: EncodedValue, createRevision: Revision, modRevision: Revision, version: Int64, lease: Int64
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.payload.count + 40)
    bytes.append(format << 4 | value.codec.rawValue)
    bytes.appendVarint(UInt64(createRevision.rawValue))
    bytes.appendVarint(UInt64(modRevision.rawValue - createRevision.rawValue))
    bytes.appendVarint(UInt64(version))
    bytes.appendVarint(UInt64(bitPattern: lease))
    bytes.appendVarint(UInt64(value.valueByteCount))
    if value.codec == .zstdWithDictionary { bytes.appendVarint(UInt64(value.dictionary)) }
    if value.codec != .raw { bytes.appendBigEndian(value.valueHash) }
    bytes.append(contentsOf: value.payload)
    bytes.appendBigEndian(checksum(of: bytes.span, key: key))
    return bytes
  }

  /// Reads the fields of stored bytes after checking them against their checksum and key.
  ///
  /// - Throws: `StoreError` with code `corrupt`.
  static func decode(_ bytes: Span<UInt8>, key: [UInt8]) throws(StoreError) -> Record {
    guard bytes.count >= minimumByteCount else { throw .corruptRecord(key: key, "is too short") }
    let body = bytes.extracting(0..<bytes.count - 8)
    guard bytes.loadBigEndianUInt64(at: bytes.count - 8) == checksum(of: body, key: key) else {
      throw .corruptRecord(key: key, "fails its checksum")
    }
    guard let record = fields(of: body) else { throw .corruptRecord(key: key, "cannot be read") }
    return record
  }

  private static func fields(of body: Span<UInt8>) -> Record? {
    var reader = FieldReader()
    guard let first = reader.byte(of: body), first >> 4 == format, let codec = Codec(rawValue: first & 0x0F),
      let create = reader.varint(of: body), let distance = reader.varint(of: body), let version = reader.varint(of: body),
      let lease = reader.varint(of: body), let valueByteCount = reader.varint(of: body),
      create <= UInt64(Int64.max), distance <= UInt64(Int64.max) - create, version <= UInt64(Int64.max), valueByteCount <= UInt64(Int32.max)
    else { return nil }
    var dictionary: UInt64 = 0
    if codec == .zstdWithDictionary {
      guard let identifier = reader.varint(of: body), identifier <= UInt64(UInt32.max) else { return nil }
      dictionary = identifier
    }
    var valueHash: UInt64 = 0
    if codec != .raw {
      guard let hash = reader.bigEndianUInt64(of: body) else { return nil }
      valueHash = hash
    }
    let payload = reader.position..<body.count
    if codec == .raw, payload.count != Int(valueByteCount) { return nil }
    return Record(
      codec: codec, createRevision: Revision(Int64(create)), modRevision: Revision(Int64(create + distance)), version: Int64(version),
      lease: Int64(bitPattern: lease), valueByteCount: Int(valueByteCount), dictionary: UInt32(dictionary), valueHash: valueHash,
      payload: payload)
  }

  private static func checksum(of body: Span<UInt8>, key: [UInt8]) -> UInt64 {
    Checksum.xxh3(body) ^ Checksum.xxh3(key.span)
  }

  /// This version's share of the state hash.
  ///
  /// - Parameter bytes: the stored bytes that the record was read from.
  func contentHash(key: [UInt8], in bytes: Span<UInt8>) -> StateHash {
    StateHash(
      key: key, createRevision: createRevision, modRevision: modRevision, version: version, lease: lease,
      valueHash: codec == .raw ? Checksum.xxh3(bytes.extracting(payload)) : valueHash)
  }
}

extension StoreError {
  static func corruptRecord(key: [UInt8], _ what: String) -> StoreError {
    StoreError(.corrupt, "the stored record of key \"\(printable(key))\" \(what); run isdb check and restore the store from a backup")
  }
}

/// A key for a message: text as it is, other bytes as \xNN, long keys cut.
func printable(_ key: [UInt8]) -> String {
  var text = ""
  for byte in key.prefix(120) {
    if (0x20..<0x7F).contains(byte) {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
  return key.count > 120 ? text + "…" : text
}
