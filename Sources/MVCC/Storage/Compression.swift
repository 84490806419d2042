internal import LMDB
internal import Zstd

/// A trained dictionary that a store is created with, for keys that begin with one of `keyPrefixes`.
public struct BuiltInDictionary: Sendable {
  /// Below 32,768, the numbers that zstd leaves to private use (zdict.h).
  public let identifier: UInt32
  /// The keys whose values look like the dictionary's samples.
  public let keyPrefixes: [[UInt8]]
  /// The dictionary as zstd's trainer made it.
  public let bytes: [UInt8]

  /// A dictionary with every field given.
  public init(identifier: UInt32, keyPrefixes: [[UInt8]], bytes: [UInt8]) {
    self.identifier = identifier
    self.keyPrefixes = keyPrefixes
    self.bytes = bytes
  }
}

/// A value as it will be stored, compressed if that makes it smaller.
///
/// Made on the caller's side, before the write waits in the commit queue.
public struct EncodedValue: Sendable {
  let codec: Record.Codec
  let dictionary: UInt32
  let valueByteCount: Int
  let valueHash: UInt64
  let payload: [UInt8]
}

/// Compresses and restores values with the dictionary of their kind.
///
/// Immutable: when dictionaries are added, a new one takes its place.
struct ValueCoder: Sendable {
  /// Smaller values do not win back what a frame costs.
  static let minimumCompressedBytes = 64

  private var dictionaries: [UInt32: CompressionDictionary] = [:]
  private var prefixes: [(prefix: [UInt8], dictionary: CompressionDictionary)] = []

  init(_ builtIn: [BuiltInDictionary]) throws(StoreError) {
    for dictionary in builtIn { try add(dictionary) }
    prefixes.sort { $0.prefix.count > $1.prefix.count }
  }

  private mutating func add(_ builtIn: BuiltInDictionary) throws(StoreError) {
    let dictionary = try Self.digest(builtIn.identifier, builtIn.bytes)
    dictionaries[builtIn.identifier] = dictionary
    for prefix in builtIn.keyPrefixes { prefixes.append((prefix, dictionary)) }
  }

  /// Takes a dictionary as the store has it: stored records name it, so it is the one that counts for its identifier.
  mutating func adopt(identifier: UInt32, bytes: [UInt8]) throws(StoreError) {
    if dictionaries[identifier]?.bytes == bytes { return }
    let dictionary = try Self.digest(identifier, bytes)
    dictionaries[identifier] = dictionary
    prefixes = prefixes.map { $0.dictionary.id == identifier ? ($0.prefix, dictionary) : $0 }
  }

  private static func digest(_ identifier: UInt32, _ bytes: [UInt8]) throws(StoreError) -> CompressionDictionary {
    do {
      return try CompressionDictionary(id: identifier, bytes: bytes)
    } catch {
      throw StoreError(.corrupt, "compression dictionary \(identifier) cannot be loaded; restore the store from a backup", cause: error)
    }
  }

  func encode(_ value: [UInt8], key: [UInt8]) -> EncodedValue {
    let hash = Checksum.xxh3(value.span)
    if value.count >= Self.minimumCompressedBytes {
      let dictionary = prefixes.first { key.starts(with: $0.prefix) }?.dictionary
      if let payload = try? Zstd.compress(value.span, dictionary: dictionary), payload.count + 8 < value.count {
        return EncodedValue(
          codec: dictionary == nil ? .zstd : .zstdWithDictionary, dictionary: dictionary?.id ?? 0, valueByteCount: value.count,
          valueHash: hash, payload: payload)
      }
    }
    return EncodedValue(codec: .raw, dictionary: 0, valueByteCount: value.count, valueHash: hash, payload: value)
  }

  /// The value of a record whose bytes passed their checksum.
  func decode(_ record: Record, in bytes: Span<UInt8>, key: [UInt8]) throws(StoreError) -> [UInt8] {
    let payload = bytes.extracting(record.payload)
    var dictionary: CompressionDictionary?
    switch record.codec {
    case .raw: return [UInt8](copying: payload)
    case .zstd: break
    case .zstdWithDictionary:
      dictionary = dictionaries[record.dictionary]
      if dictionary == nil { throw .corruptRecord(key: key, "names compression dictionary \(record.dictionary), which is missing") }
    }
    do {
      let value = try Zstd.decompress(payload, dictionary: dictionary, expectedByteCount: record.valueByteCount)
      guard Checksum.xxh3(value.span) == record.valueHash else { throw StoreError.corruptRecord(key: key, "fails its value hash") }
      return value
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(
        .corrupt, "the stored value of key \"\(printable(key))\" cannot be decompressed; restore the store from a backup", cause: error)
    }
  }
}
