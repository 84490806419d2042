internal import Crypto
internal import LMDB

/// A dictionary in its tree, immutable: SHA-256 (32 bytes), then the dictionary's bytes.
enum DictionaryRow {
  static func key(_ identifier: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBigEndian(identifier)
    return bytes
  }

  static func identifier(_ key: Span<UInt8>) -> UInt32? { key.count == 4 ? key.loadBigEndianUInt32(at: 0) : nil }

  static func encode(_ dictionary: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: dictionary)) + dictionary }

  /// - Throws: `StoreError` with code `corrupt` when the bytes do not hash to what was stored.
  static func decode(_ bytes: Span<UInt8>, identifier: UInt32) throws(StoreError) -> [UInt8] {
    let row = [UInt8](copying: bytes)
    let dictionary = Array(row.dropFirst(32))
    guard row.count > 32, row.prefix(32).elementsEqual(SHA256.hash(data: dictionary)) else {
      throw StoreError(.corrupt, "compression dictionary \(identifier) fails its SHA-256; restore the store from a backup")
    }
    return dictionary
  }
}
