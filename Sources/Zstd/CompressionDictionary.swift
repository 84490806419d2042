internal import CZstd

/// A trained dictionary, digested once for compression at one level and for decompression. Any number of threads may use it at once.
///
/// Whoever controls a dictionary controls what its frames decompress to: keep it where its frames are kept.
public final class CompressionDictionary: Sendable {
  /// The identifier in the dictionary's header and in every frame that needs it.
  public let id: UInt32
  /// The dictionary as it was trained.
  public let bytes: [UInt8]

  /// zstd's digests.
  // Sendable because they are never written to after they are made (zstd.h, "ZSTD_createCDict": can be used by several threads).
  @safe
  struct Digests: @unchecked Sendable {
    let compression: OpaquePointer
    let decompression: OpaquePointer
  }

  let digests: Digests

  /// Digests `bytes`, whose header must bear `id`.
  ///
  /// - Throws: `.invalidDictionary` for bytes that are no zstd dictionary, among them raw content without a header, whose frames would
  ///   not say which dictionary they need.
  /// - Complexity: O(bytes); about 0.1 ms for 16 KiB.
  public init(id: UInt32, bytes: [UInt8], level: Int32 = 3) throws(ZstdError) {
    let found = unsafe bytes.withUnsafeBytes { unsafe ZDICT_getDictID($0.baseAddress, $0.count) }
    guard found != 0 else {
      throw ZstdError(.invalidDictionary, "the bytes of dictionary \(id) are not a zstd dictionary; train one from samples")
    }
    guard found == id else {
      throw ZstdError(.invalidDictionary, "the dictionary is number \(found), not \(id)")
    }
    let digests = unsafe bytes.withUnsafeBytes { bytes in
      unsafe (ZSTD_createCDict(bytes.baseAddress, bytes.count, level), ZSTD_createDDict(bytes.baseAddress, bytes.count))
    }
    guard let compression = unsafe digests.0, let decompression = unsafe digests.1 else {
      unsafe ZSTD_freeCDict(digests.0)
      unsafe ZSTD_freeDDict(digests.1)
      throw ZstdError(.invalidDictionary, "the bytes of dictionary \(id) are damaged, or memory is short")
    }
    unsafe self.digests = Digests(compression: compression, decompression: decompression)
    self.id = id
    self.bytes = bytes
  }

  deinit {
    unsafe ZSTD_freeCDict(digests.compression)
    unsafe ZSTD_freeDDict(digests.decompression)
  }
}
