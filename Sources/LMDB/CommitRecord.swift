/// What one transaction changed, as the write-ahead log has it: a head, and the operations in their order.
///
///     head        RecordHead, 32 bytes
///     operation   kind (1: 1 put, 2 delete, 3 clear) ∥ length of the table's name (1) ∥ name ∥ length of the key (2) ∥ key
///                 ∥ length of the value (4) ∥ value; the main table's name is empty, and only a put has a value
///
/// One thread at a time touches it: the one that has the write transaction.
@usableFromInline
final class CommitRecord {
  enum Kind: UInt8 {
    case put = 1
    case delete
    case clear
  }

  private(set) var bytes = [UInt8](repeating: 0, count: RecordHead.byteCount)

  init() { bytes.reserveCapacity(4096) }

  /// Whether nothing was changed.
  var isEmpty: Bool { bytes.count == RecordHead.byteCount }

  func put(_ value: Span<UInt8>, for key: Span<UInt8>, in table: Table) {
    begin(.put, key, table.name)
    bytes.appendBigEndian(UInt32(value.count))
    unsafe value.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  @usableFromInline
  func delete(_ key: Span<UInt8>, in table: Table) { begin(.delete, key, table.name) }

  func clear(_ table: Table) {
    let none: [UInt8] = []
    begin(.clear, none.span, table.name)
  }

  private func begin(_ kind: Kind, _ key: Span<UInt8>, _ table: String) {
    bytes.append(kind.rawValue)
    bytes.append(UInt8(truncatingIfNeeded: table.utf8.count))
    bytes.append(contentsOf: table.utf8)
    bytes.appendBigEndian(UInt16(truncatingIfNeeded: key.count))
    unsafe key.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  /// Fills the head in, and the last bytes up to a multiple of eight.
  func seal(number: UInt64, salt: UInt64) -> RecordHead {
    let head = RecordHead(number: number, salt: salt, of: bytes.span.extracting(droppingFirst: RecordHead.byteCount))
    bytes.replaceSubrange(0..<RecordHead.byteCount, with: head.encode())
    bytes.append(contentsOf: repeatElement(0, count: -bytes.count & 7))
    return head
  }

  // MARK: - Reading

  /// One change, read back.
  struct Operation {
    let kind: Kind
    let table: String
    let key: [UInt8]
    let value: [UInt8]
  }

  /// The operations of a record; nil when they are not well formed.
  static func operations(_ bytes: [UInt8]) -> [Operation]? {
    var operations: [Operation] = []
    var rest = bytes[...]
    func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard count <= rest.count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func number(_ count: Int) -> Int? { take(count)?.reduce(0) { $0 << 8 | Int($1) } }
    while !rest.isEmpty {
      guard let code = number(1), let kind = Kind(rawValue: UInt8(code)), let nameCount = number(1), let name = take(nameCount),
        let keyCount = number(2), let key = take(keyCount)
      else { return nil }
      var value: ArraySlice<UInt8> = []
      if kind == .put {
        guard let valueCount = number(4), let bytes = take(valueCount) else { return nil }
        value = bytes
      }
      operations.append(Operation(kind: kind, table: String(decoding: name, as: UTF8.self), key: Array(key), value: Array(value)))
    }
    return operations
  }
}

/// What a record begins with.
///
///     salt        8 bytes: the log's
///     number      8 bytes: LMDB's number of the commit
///     byte count  4 bytes: of the operations; the record ends at the next multiple of eight
///     elsewhere   4 bytes: 1 when this is no record, and that of the commit is at the beginning of the log
///     checksum    8 bytes: XXH3-64 of the operations, seeded with that of what is before it
struct RecordHead: Equatable {
  static let byteCount = 32

  let salt: UInt64
  let number: UInt64
  let byteCount: Int
  let isElsewhere: Bool
  private let checksum: UInt64

  init(number: UInt64, salt: UInt64, of operations: Span<UInt8>) {
    self.salt = salt
    self.number = number
    byteCount = operations.count
    isElsewhere = false
    checksum = Checksum.xxh3(operations, seed: Checksum.xxh3(Self.beginning(number, salt, operations.count, isElsewhere: false).span))
  }

  /// Says that the record is at the beginning of the log.
  init(elsewhere number: UInt64, salt: UInt64) {
    self.salt = salt
    self.number = number
    byteCount = 0
    isElsewhere = true
    let none: [UInt8] = []
    checksum = Checksum.xxh3(none.span, seed: Checksum.xxh3(Self.beginning(number, salt, 0, isElsewhere: true).span))
  }

  /// Nil for bytes that are no head. Whether it is whole is known once the operations are.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.byteCount, bytes.loadBigEndianUInt32(at: 20) <= 1 else { return nil }
    salt = bytes.loadBigEndianUInt64(at: 0)
    number = bytes.loadBigEndianUInt64(at: 8)
    byteCount = Int(bytes.loadBigEndianUInt32(at: 16))
    isElsewhere = bytes.loadBigEndianUInt32(at: 20) == 1
    checksum = bytes.loadBigEndianUInt64(at: 24)
  }

  /// About how many pages LMDB writes for the commit: its trees' upper levels, and a leaf for each of some hundred bytes. Only how often there are
  /// checkpoints depends on it.
  var writtenPages: Int { 8 + byteCount / 400 }

  /// What the record takes in the log.
  var recordBytes: Int { Self.byteCount + (byteCount + 7) & ~7 }

  func matches(_ operations: Span<UInt8>) -> Bool {
    checksum == Checksum.xxh3(operations, seed: Checksum.xxh3(Self.beginning(number, salt, byteCount, isElsewhere: isElsewhere).span))
  }

  func encode() -> [UInt8] {
    var bytes = Self.beginning(number, salt, byteCount, isElsewhere: isElsewhere)
    bytes.appendBigEndian(checksum)
    return bytes
  }

  private static func beginning(_ number: UInt64, _ salt: UInt64, _ byteCount: Int, isElsewhere: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    bytes.appendBigEndian(salt)
    bytes.appendBigEndian(number)
    bytes.appendBigEndian(UInt32(byteCount))
    bytes.appendBigEndian(UInt32(isElsewhere ? 1 : 0))
    return bytes
  }
}
