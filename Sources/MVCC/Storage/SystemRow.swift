internal import LMDB

/// The rows of `system`, in kinds told apart by the beginning of their names; whoever reads one kind walks that beginning only.
///
/// A row's value is its body and the XXH3-64 of the body, seeded with that of the name: a row under another name fails.
enum SystemRow {
  static let holds = Array("hold/".utf8)
  static let alarms = Array("alarm/".utf8)
  static let retention = Array("retention/".utf8)
  static let trainings = Array("training/".utf8)

  static func seal(_ body: [UInt8], name: [UInt8]) -> [UInt8] {
    var bytes = body
    bytes.appendBigEndian(checksum(body.span, name))
    return bytes
  }

  /// The body of a row.
  ///
  /// - Throws: `StoreError` with code `corrupt`.
  static func open(_ bytes: Span<UInt8>, name: [UInt8]) throws(StoreError) -> [UInt8] {
    guard bytes.count >= 8 else { throw corrupt(name) }
    let body = bytes.extracting(0..<bytes.count - 8)
    guard bytes.loadBigEndianUInt64(at: bytes.count - 8) == checksum(body, name) else { throw corrupt(name) }
    return [UInt8](copying: body)
  }

  static func corrupt(_ name: [UInt8]) -> StoreError {
    StoreError(.corrupt, "the system row \"\(printable(name))\" cannot be read; run isdb check and restore the store from a backup")
  }

  private static func checksum(_ body: Span<UInt8>, _ name: [UInt8]) -> UInt64 {
    Checksum.xxh3(body, seed: Checksum.xxh3(name.span))
  }

  /// Every row whose name begins with `prefix`, by name.
  static func all<T: Transaction & ~Copyable>(
    _ prefix: [UInt8], in table: Table, _ transaction: borrowing T
  ) throws -> [(name: [UInt8], body: [UInt8])] {
    try transaction.withCursor(on: table) { cursor in
      var rows: [(name: [UInt8], body: [UInt8])] = []
      var isThere = try cursor.seek(toAtLeast: prefix.span)
      while isThere, cursor.key.hasPrefix(prefix.span) {
        let name = [UInt8](copying: cursor.key)
        rows.append((name, try open(cursor.value, name: name)))
        isThere = try cursor.next()
      }
      return rows
    }
  }
}
