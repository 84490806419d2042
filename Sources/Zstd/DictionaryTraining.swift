internal import CZstd

extension Zstd {
  /// Trains a dictionary from typical values and numbers it `id`.
  ///
  /// About a hundred times as many bytes of samples as of dictionary are plenty; with few samples a small dictionary does better than a
  /// large one. The same samples give the same bytes. Numbers below 32768 and from 2^31 on are reserved in public interchange
  /// (zstd_compression_format.md).
  ///
  /// - Throws: `.unsuitableSamples` when there are too few samples, or `maximumByteCount` is less than 256 bytes; `.invalidDictionary`
  ///   for id 0.
  /// - Complexity: seconds for megabytes of samples.
  public static func trainDictionary(
    from samples: [[UInt8]], maximumByteCount: Int, id: UInt32
  ) throws(ZstdError) -> [UInt8] {
    guard id != 0 else { throw ZstdError(.invalidDictionary, "a dictionary cannot be number 0, which stands for none") }
    // ZDICT_DICTSIZE_MIN
    guard maximumByteCount >= 256 else {
      throw ZstdError(.unsuitableSamples, "a dictionary of at most \(maximumByteCount) bytes is too small; allow 256 or more")
    }
    guard let count = UInt32(exactly: samples.count) else {
      throw ZstdError(.unsuitableSamples, "\(samples.count) samples are too many; give at most \(UInt32.max)")
    }
    let sizes = samples.map(\.count)
    let joined = Array(samples.joined())
    var result = 0
    var dictionary = unsafe [UInt8](unsafeUninitializedCapacity: maximumByteCount) { buffer, initializedCount in
      result = unsafe ZDICT_trainFromBuffer(buffer.baseAddress, buffer.count, joined, sizes, count)
      initializedCount = ZDICT_isError(result) == 0 ? result : 0
    }
    if ZDICT_isError(result) != 0 {
      let reason = unsafe String(cString: ZDICT_getErrorName(result))
      throw ZstdError(
        .unsuitableSamples, "cannot train a dictionary from \(samples.count) samples of \(joined.count) bytes: \(reason); give more samples"
      )
    }
    guard dictionary.count >= 8 else { throw ZstdError(.other, "the trained dictionary has no header") }
    // The header is a magic number and the identifier, little-endian; nothing sums them up.
    for byte in 0..<4 { dictionary[4 + byte] = UInt8(truncatingIfNeeded: id >> (8 * UInt32(byte))) }
    return dictionary
  }
}
