/// What keys and values may be.
enum StoreLimits {
  /// - Throws: `StoreError` with code `invalidArgument` for an empty key, `tooLarge` for one that does not fit the trees.
  static func check(key: [UInt8]) throws(StoreError) {
    guard !key.isEmpty else { throw StoreError(.invalidArgument, "a key is empty; it takes 1 to \(Schema.maximumKeyBytes) bytes") }
    guard key.count <= Schema.maximumKeyBytes else {
      throw StoreError(
        .tooLarge, "the key \"\(printable(key))\" has \(key.count) bytes; the limit is \(Schema.maximumKeyBytes)")
    }
    let escaped = HistoryKey.escapedByteCount(key)
    guard escaped <= Schema.maximumEscapedKeyBytes else {
      throw StoreError(
        .tooLarge,
        "the key \"\(printable(key))\" takes \(escaped) bytes with its zero bytes escaped; the limit is \(Schema.maximumEscapedKeyBytes)")
    }
  }

  static func valueTooLarge(key: [UInt8], _ count: Int, maximum: Int) -> StoreError {
    StoreError(.tooLarge, "the value of key \"\(printable(key))\" has \(count) bytes; the limit is \(maximum)")
  }
}
