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
  /// The dictionary itself, by which a store recognizes a value that was encoded by another one.
  var source: CompressionDictionary?
}

// Invariants:
//   stored holds dictionaries of the store's own tree, bytes verified; it may lack some that no value was read with yet
//   classes are longest prefix first, one for each prefix

/// Compresses and restores values with the dictionary of their class: of the longest prefix that their key begins with.
///
/// Immutable: when dictionaries are added, a new one takes its place.
struct ValueCoder: Sendable {
  /// Smaller values do not win back what a frame costs.
  static let minimumCompressedBytes = 64

  /// Without a dictionary a value of 250 bytes gets a tenth or two smaller, for 5 µs of the processor: a fifth of what a put costs among many.
  static let minimumCompressedBytesWithoutDictionary = 512

  /// The keys that begin with `prefix`, but for those of a longer one.
  struct Class: Sendable {
    let prefix: [UInt8]
    var dictionary: CompressionDictionary
  }

  private var configured: [UInt32: CompressionDictionary] = [:]
  private var stored: [UInt32: CompressionDictionary] = [:]
  private(set) var classes: [Class] = []

  init(_ builtIn: [BuiltInDictionary]) throws(StoreError) {
    for dictionary in builtIn {
      let digested = try Self.digest(dictionary.identifier, dictionary.bytes)
      configured[dictionary.identifier] = digested
      for prefix in dictionary.keyPrefixes { assign(digested, to: prefix) }
    }
  }

  /// Takes a dictionary as the store has it: stored records name it, so it is the one that counts for its identifier.
  mutating func adopt(identifier: UInt32, bytes: [UInt8]) throws(StoreError) {
    if stored[identifier] != nil { return }
    if let known = configured[identifier], known.bytes == bytes {
      stored[identifier] = known
      return
    }
    let dictionary = try Self.digest(identifier, bytes)
    stored[identifier] = dictionary
    for index in classes.indices where classes[index].dictionary.id == identifier { classes[index].dictionary = dictionary }
  }

  /// Encodes the keys of a class with a dictionary that was adopted.
  mutating func use(_ identifier: UInt32, for prefix: [UInt8]) {
    if let dictionary = stored[identifier] { assign(dictionary, to: prefix) }
  }

  private mutating func assign(_ dictionary: CompressionDictionary, to prefix: [UInt8]) {
    if let index = classes.firstIndex(where: { $0.prefix == prefix }) {
      classes[index].dictionary = dictionary
    } else {
      let index = classes.firstIndex { $0.prefix.count < prefix.count } ?? classes.endIndex
      classes.insert(Class(prefix: prefix, dictionary: dictionary), at: index)
    }
  }

  /// Whether the dictionary is known as the store has it.
  func holds(_ identifier: UInt32) -> Bool { stored[identifier] != nil }

  /// Whether a value was encoded with what this coder's store has, or will have once a batch is committed.
  func accepts(_ value: EncodedValue) -> Bool {
    guard let source = value.source else { return value.dictionary == 0 }
    return (stored[source.id] ?? configured[source.id]) === source
  }

  /// The class of a key; nil when no dictionary is for it.
  func classOf(_ key: [UInt8]) -> Class? { classes.first { key.starts(with: $0.prefix) } }

  private static func digest(_ identifier: UInt32, _ bytes: [UInt8]) throws(StoreError) -> CompressionDictionary {
    do {
      return try CompressionDictionary(id: identifier, bytes: bytes)
    } catch {
      throw StoreError(.corrupt, "compression dictionary \(identifier) cannot be loaded; restore the store from a backup", cause: error)
    }
  }

  func encode(_ value: [UInt8], key: [UInt8]) -> EncodedValue { Self.encode(value, with: classOf(key)?.dictionary) }

  static func encode(_ value: [UInt8], with dictionary: CompressionDictionary?) -> EncodedValue {
    let hash = Checksum.xxh3(value.span)
    let minimum = dictionary == nil ? minimumCompressedBytesWithoutDictionary : minimumCompressedBytes
    if value.count >= minimum, let payload = try? Zstd.compress(value.span, dictionary: dictionary),
      payload.count + 8 < value.count
    {
      return EncodedValue(
        codec: dictionary == nil ? .zstd : .zstdWithDictionary, dictionary: dictionary?.id ?? 0, valueByteCount: value.count,
        valueHash: hash, payload: payload, source: dictionary)
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
      dictionary = stored[record.dictionary] ?? configured[record.dictionary]
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
