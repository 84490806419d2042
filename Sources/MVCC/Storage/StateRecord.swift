internal import LMDB

/// What a store knows about itself, written in the same transaction as the data it counts.
///
///     format                 2 bytes
///     flags                  2 bytes: StateFlags
///     store, instance, lineage  16 bytes each: of the store for ever, of this copy of it, of its line of history
///     revision               8 bytes
///     compact revision       8 bytes: the oldest readable one, 0 when nothing was compacted
///     compaction progress    8 bytes: rows of the log below this revision are gone
///     LMDB transaction       8 bytes: of the transaction that wrote this
///     time                   8 bytes: of the last commit, milliseconds since 1970, never going back
///     state hash             16 bytes
///     checksum               8 bytes: XXH3-64 of all before it
struct StateRecord: Equatable, Sendable {
  static let byteCount = 2 + 2 + 3 * 16 + 5 * 8 + 16 + 8

  var store: Identifier
  var instance: Identifier
  var lineage: Identifier
  var revision = Revision.initial
  var compactRevision = Revision.zero
  var compactionProgress = Revision.zero
  var transaction = 0
  var time = Timestamp(millisecondsSinceEpoch: 0)
  var stateHash = StateHash.empty
  var flags: StateFlags = []

  /// Whether compacted versions are still to be deleted.
  var isCompacting: Bool { compactionProgress < compactRevision || flags.contains(.classesAreCompacting) }

  func encode() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    bytes.appendBigEndian(Schema.formatVersion)
    bytes.appendBigEndian(flags.rawValue)
    for identifier in [store, instance, lineage] { bytes.append(contentsOf: identifier.bytes) }
    for revision in [revision, compactRevision, compactionProgress] { bytes.appendBigEndian(revision.rawValue) }
    bytes.appendBigEndian(Int64(transaction))
    bytes.appendBigEndian(time.millisecondsSinceEpoch)
    bytes.appendBigEndian(stateHash.high)
    bytes.appendBigEndian(stateHash.low)
    bytes.appendBigEndian(Checksum.xxh3(bytes.span))
    return bytes
  }

  /// - Throws: `StoreError` with code `newerFormat` or `corrupt`.
  static func decode(_ bytes: Span<UInt8>) throws(StoreError) -> StateRecord {
    guard bytes.count >= 2 else { throw corrupt }
    let format = bytes.loadBigEndianUInt16(at: 0)
    guard format <= Schema.formatVersion else {
      throw StoreError(
        .newerFormat, "the store has format \(format) and this version reads formats up to \(Schema.formatVersion); install a newer version"
      )
    }
    guard bytes.count == byteCount,
      bytes.loadBigEndianUInt64(at: byteCount - 8) == Checksum.xxh3(bytes.extracting(0..<byteCount - 8))
    else { throw corrupt }
    let flags = StateFlags(rawValue: bytes.loadBigEndianUInt16(at: 2))
    guard flags.isSubset(of: .known) else {
      throw StoreError(
        .newerFormat, "the store has flags \(flags.rawValue), of which this version does not know all; install a newer version")
    }
    func number(_ index: Int) -> Int64 { Int64(bitPattern: bytes.loadBigEndianUInt64(at: 52 + 8 * index)) }
    return StateRecord(
      store: Identifier(bytes, at: 4), instance: Identifier(bytes, at: 20), lineage: Identifier(bytes, at: 36),
      revision: Revision(number(0)),
      compactRevision: Revision(number(1)), compactionProgress: Revision(number(2)), transaction: Int(number(3)),
      time: Timestamp(millisecondsSinceEpoch: number(4)),
      stateHash: StateHash(high: bytes.loadBigEndianUInt64(at: 92), low: bytes.loadBigEndianUInt64(at: 100)), flags: flags)
  }

  private static var corrupt: StoreError {
    StoreError(.corrupt, "the state record fails its checksum; restore the store from a backup")
  }
}

/// Sixteen random bytes that tell stores, copies and lines of history apart.
public struct Identifier: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// The identifier in 16 bytes from `offset` on.
  init(_ bytes: Span<UInt8>, at offset: Int) {
    high = bytes.loadBigEndianUInt64(at: offset)
    low = bytes.loadBigEndianUInt64(at: offset + 8)
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package static func random() -> Identifier {
    Identifier(high: UInt64.random(in: .min ... .max), low: UInt64.random(in: .min ... .max))
  }

  /// The 16 bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBigEndian(high)
    bytes.appendBigEndian(low)
    return bytes
  }

  /// 32 hexadecimal digits.
  public var description: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
