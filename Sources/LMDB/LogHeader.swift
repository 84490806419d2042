/// From where on the write-ahead log is needed: the last checkpoint, which is on the device without the log.
///
///     magic             8 bytes: "ISDBWAL1"
///     sequence          8 bytes: of two headers the greater is in force
///     salt              8 bytes: in every record of this log
///     checkpoint        8 bytes: the number of LMDB's commit up to which the data file is durable
///     start             8 bytes: where the record of the commit after that one is, or will be
///     inode             8 bytes: of the data file
///     root              136 bytes: MDB_meta of the checkpoint, in the machine's byte order
///     checksum          8 bytes: XXH3-64 of all before it
///
/// Numbers other than LMDB's are big-endian.
struct LogHeader: Equatable, Sendable {
  static let byteCount = 6 * 8 + DataFile.rootBytes + 8

  private static let magic = Array("ISDBWAL1".utf8)

  var sequence: UInt64
  var salt: UInt64
  var checkpoint: UInt64
  var start: Int
  var inode: UInt64
  var root: [UInt8]

  init(sequence: UInt64, salt: UInt64, checkpoint: UInt64, start: Int, inode: UInt64, root: [UInt8]) {
    self.sequence = sequence
    self.salt = salt
    self.checkpoint = checkpoint
    self.start = start
    self.inode = inode
    self.root = root
  }

  /// Nil for bytes that are no header, or a damaged one.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.byteCount, bytes.hasPrefix(Self.magic.span),
      bytes.loadBigEndianUInt64(at: Self.byteCount - 8) == Checksum.xxh3(bytes.extracting(0..<Self.byteCount - 8))
    else { return nil }
    sequence = bytes.loadBigEndianUInt64(at: 8)
    salt = bytes.loadBigEndianUInt64(at: 16)
    checkpoint = bytes.loadBigEndianUInt64(at: 24)
    start = Int(clamping: bytes.loadBigEndianUInt64(at: 32))
    inode = bytes.loadBigEndianUInt64(at: 40)
    root = [UInt8](copying: bytes.extracting(48..<48 + DataFile.rootBytes))
  }

  func encode() -> [UInt8] {
    var bytes = Self.magic
    for number in [sequence, salt, checkpoint, UInt64(start), inode] { bytes.appendBigEndian(number) }
    bytes += root
    bytes.appendBigEndian(Checksum.xxh3(bytes.span))
    return bytes
  }
}
