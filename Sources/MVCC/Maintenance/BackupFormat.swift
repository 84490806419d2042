internal import Crypto
internal import LMDB
internal import Zstd

/// The bytes of a backup file.
///
///     magic      8 bytes "ISDBBKP1"
///     frames     kind (1), codec (1: 0 as is, 1 zstd), zero (2), stored length (4), raw length (4), payload,
///                XXH3-64 (8) of the frame before it
///     trailer    a frame of kind 127
///     digest     32 bytes: SHA-256 of all before it
///
/// A reader refuses frame kinds below 128 that it does not know and passes over the others, so that the format can grow.
enum BackupFormat {
  static let magic = Array("ISDBBKP1".utf8)
  static let frameHeaderBytes = 12
  static let digestBytes = 32

  /// etcd's clients take a snapshot for whole if its length, less that of a digest, is a multiple of this.
  static let snapshotBlockBytes = 512

  /// A frame is closed once it holds this much; one that holds a single large record may be larger.
  static let targetFrameBytes = 1 << 20

  /// The largest frame a reader takes: twice the target and the largest record there can be.
  static let maximumFrameBytes = 16 << 20

  enum Kind: UInt8 {
    case header = 1
    case dictionary = 2
    /// Versions visible at the base revision, in key order.
    case base = 3
    /// Rows of the log from the base revision on, in order, each put with its record.
    case changes = 4
    /// Commit times.
    case times = 5
    case consumers = 6
    /// Leases: id (8) and granted seconds (varint).
    case leases = 7
    /// Retention classes and policies, as rows of `system`.
    case retention = 8
    case trailer = 127
  }
}

/// What a backup says of itself at its beginning.
struct BackupHeader: Equatable {
  static let version: UInt64 = 1

  var format: UInt64
  var store: Identifier
  var lineage: Identifier
  var created: Timestamp
  var base: Revision
  var isCompacted: Bool
  var revision: Revision
  var time: Timestamp
  var stateHash: StateHash

  func encode() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(Self.version)
    bytes.appendVarint(format)
    bytes += store.bytes + lineage.bytes
    bytes.appendBigEndian(created.millisecondsSinceEpoch)
    bytes.appendVarint(UInt64(base.rawValue))
    bytes.append(isCompacted ? 1 : 0)
    bytes.appendVarint(UInt64(revision.rawValue))
    bytes.appendBigEndian(time.millisecondsSinceEpoch)
    bytes.appendBigEndian(stateHash.high)
    bytes.appendBigEndian(stateHash.low)
    return bytes
  }

  static func decode(_ bytes: Span<UInt8>) throws(StoreError) -> BackupHeader {
    var reader = FieldReader()
    guard let version = reader.varint(of: bytes), let format = reader.varint(of: bytes) else {
      throw .damagedBackup("its header cannot be read")
    }
    guard version <= Self.version, format <= UInt64(Schema.formatVersion) else {
      throw StoreError(.newerFormat, "the backup was made by a newer version; install that version to restore it")
    }
    guard let identifiers = reader.bytes(32, of: bytes),
      let created = reader.bigEndianUInt64(of: bytes),
      let base = reader.varint(of: bytes), let flag = reader.byte(of: bytes), let revision = reader.varint(of: bytes),
      let time = reader.bigEndianUInt64(of: bytes), let high = reader.bigEndianUInt64(of: bytes),
      let low = reader.bigEndianUInt64(of: bytes),
      base <= revision, revision <= UInt64(Int64.max)
    else { throw .damagedBackup("its header cannot be read") }
    return BackupHeader(
      format: format, store: Identifier(identifiers.span, at: 0), lineage: Identifier(identifiers.span, at: 16),
      created: Timestamp(millisecondsSinceEpoch: Int64(bitPattern: created)),
      base: Revision(Int64(base)), isCompacted: flag == 1, revision: Revision(Int64(revision)),
      time: Timestamp(millisecondsSinceEpoch: Int64(bitPattern: time)), stateHash: StateHash(high: high, low: low))
  }
}

/// Writes frames to a file, hashing as it goes.
struct BackupFileWriter {
  private let file: DurableFile
  private var digest = SHA256()
  private(set) var byteCount = 0

  init(_ file: DurableFile) throws {
    self.file = file
    try write(BackupFormat.magic)
  }

  mutating func frame(_ kind: BackupFormat.Kind, _ payload: [UInt8]) throws {
    var stored = payload
    var codec: UInt8 = 0
    if payload.count >= 64, let compressed = try? Zstd.compress(payload.span, level: 1), compressed.count < payload.count {
      (stored, codec) = (compressed, 1)
    }
    var frame: [UInt8] = [kind.rawValue, codec, 0, 0]
    frame.reserveCapacity(stored.count + 24)
    frame.appendBigEndian(UInt32(stored.count))
    frame.appendBigEndian(UInt32(payload.count))
    frame += stored
    frame.appendBigEndian(Checksum.xxh3(frame.span))
    try write(frame)
  }

  private mutating func write(_ bytes: [UInt8]) throws {
    digest.update(data: bytes)
    try file.write(bytes)
    byteCount += bytes.count
  }

  /// Adds the digest and makes the file durable.
  mutating func finish() throws {
    try file.write(Array(digest.finalize()))
    byteCount += BackupFormat.digestBytes
    try file.sync()
  }
}

/// Reads frames from a file, checking each; `finish` checks the whole.
struct BackupFileReader {
  private let file: ReadableFile
  private var digest = SHA256()

  init(path: String) throws {
    file = try ReadableFile(path: path)
    guard let magic = try? read(BackupFormat.magic.count), magic == BackupFormat.magic else {
      throw StoreError(
        .invalidArgument, "\(path) is not a backup: it does not begin with \(String(decoding: BackupFormat.magic, as: UTF8.self))")
    }
  }

  /// The next frame; its kind is nil when it can be passed over.
  mutating func frame() throws -> (kind: BackupFormat.Kind?, payload: [UInt8]) {
    let header = try read(BackupFormat.frameHeaderBytes)
    let stored = Int(header.span.loadBigEndianUInt32(at: 4))
    let raw = Int(header.span.loadBigEndianUInt32(at: 8))
    guard stored <= BackupFormat.maximumFrameBytes, raw <= BackupFormat.maximumFrameBytes else {
      throw StoreError.damagedBackup("a frame claims \(max(stored, raw)) bytes; the limit is \(BackupFormat.maximumFrameBytes)")
    }
    let payload = try read(stored)
    let checksum = try read(8)
    guard checksum.span.loadBigEndianUInt64(at: 0) == Checksum.xxh3((header + payload).span) else {
      throw StoreError.damagedBackup("a frame fails its checksum")
    }
    let kind = BackupFormat.Kind(rawValue: header[0])
    if kind == nil, header[0] < 128 {
      throw StoreError(
        .newerFormat, "the backup has frames of kind \(header[0]), made by a newer version; install that version to restore it")
    }
    if header[1] == 0 { return (kind, payload) }
    do {
      return (kind, try Zstd.decompress(payload.span, expectedByteCount: raw))
    } catch {
      throw StoreError.damagedBackup("a frame cannot be decompressed")
    }
  }

  private mutating func read(_ count: Int) throws -> [UInt8] {
    let bytes = try file.read(count)
    guard bytes.count == count else { throw StoreError.damagedBackup("it ends too early") }
    digest.update(data: bytes)
    return bytes
  }

  /// Checks the digest at the end, and that nothing follows it but what makes the file a snapshot in etcd's form: zeros up to a multiple of 512 bytes
  /// and the SHA-256 of all before it.
  mutating func finish() throws {
    let expected = Array(digest.finalize())
    guard try file.read(BackupFormat.digestBytes) == expected else { throw StoreError.damagedBackup("it fails its SHA-256") }
    digest.update(data: expected)
    let rest = try file.read(BackupFormat.snapshotBlockBytes + BackupFormat.digestBytes)
    if rest.isEmpty { return }
    let padding = rest.dropLast(BackupFormat.digestBytes)
    digest.update(data: Array(padding))
    guard rest.count >= BackupFormat.digestBytes, padding.count < BackupFormat.snapshotBlockBytes, padding.allSatisfy({ $0 == 0 }),
      rest.suffix(BackupFormat.digestBytes).elementsEqual(digest.finalize())
    else { throw StoreError.damagedBackup("it goes on behind its end") }
  }
}

extension StoreError {
  static func damagedBackup(_ what: String) -> StoreError {
    StoreError(.corrupt, "the backup is damaged: \(what); use another backup")
  }
}
