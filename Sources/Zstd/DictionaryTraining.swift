internal import CZstd

extension Zstd {
  /// Trains a dictionary from typical values and numbers it `id`.
  ///
  /// About a hundred times as many bytes of samples as of dictionary are plenty; with few samples a small dictionary does better than a
  /// large one. The same samples give the same bytes. Numbers below 32768 and from 2^31 on are reserved in public interchange
  /// (zstd_compression_format.md).
  ///
  /// - Parameter typical: whole values, when `samples` are only parts of them: how often which byte and length occurs is learned from these,
  ///   and the dictionary's content from `samples` alone.
  /// - Throws: `.unsuitableSamples` when there are too few samples, or `maximumByteCount` is less than 256 bytes; `.invalidDictionary`
  ///   for id 0.
  /// - Complexity: seconds for megabytes of samples.
  public static func trainDictionary(
    from samples: [[UInt8]], statisticsFrom typical: [[UInt8]]? = nil, maximumByteCount: Int, id: UInt32
  ) throws(ZstdError) -> [UInt8] {
    let trained = try train(samples, maximumByteCount, id)
    guard let typical else { return trained }
    let headerByteCount = unsafe trained.withUnsafeBytes { unsafe ZDICT_getDictHeaderSize($0.baseAddress, $0.count) }
    if let error = ZstdError(result: headerByteCount, "read the header of a trained dictionary") { throw error }
    return try finish(Array(trained[headerByteCount...]), typical, maximumByteCount, id)
  }

  /// The dictionary with another number.
  ///
  /// - Throws: `.invalidDictionary` for bytes that are no zstd dictionary, and for id 0.
  public static func renumber(_ dictionary: [UInt8], id: UInt32) throws(ZstdError) -> [UInt8] {
    let found = unsafe dictionary.withUnsafeBytes { unsafe ZDICT_getDictID($0.baseAddress, $0.count) }
    guard found != 0, id != 0 else {
      throw ZstdError(.invalidDictionary, "only a zstd dictionary can be numbered, and not 0, which stands for none")
    }
    var numbered = dictionary
    setNumber(of: &numbered, to: id)
    return numbered
  }

  /// The header is a magic number and the identifier, little-endian; nothing sums them up.
  private static func setNumber(of dictionary: inout [UInt8], to id: UInt32) {
    for byte in 0..<4 { dictionary[4 + byte] = UInt8(truncatingIfNeeded: id >> (8 * UInt32(byte))) }
  }

  private static func train(_ samples: [[UInt8]], _ maximumByteCount: Int, _ id: UInt32) throws(ZstdError) -> [UInt8] {
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
    setNumber(of: &dictionary, to: id)
    return dictionary
  }

  /// Puts a header with entropy tables that suit `typical` before a dictionary's content.
  private static func finish(
    _ content: [UInt8], _ typical: [[UInt8]], _ maximumByteCount: Int, _ id: UInt32
  ) throws(ZstdError) -> [UInt8] {
    let sizes = typical.map(\.count)
    let joined = Array(typical.joined())
    let parameters = ZDICT_params_t(compressionLevel: 3, notificationLevel: 0, dictID: id)
    var result = 0
    let dictionary = unsafe [UInt8](unsafeUninitializedCapacity: maximumByteCount) { buffer, initializedCount in
      result = unsafe ZDICT_finalizeDictionary(
        buffer.baseAddress, buffer.count, content, content.count, joined, sizes, UInt32(clamping: sizes.count), parameters)
      initializedCount = ZDICT_isError(result) == 0 ? result : 0
    }
    if ZDICT_isError(result) != 0 {
      let reason = unsafe String(cString: ZDICT_getErrorName(result))
      throw ZstdError(
        .unsuitableSamples, "cannot finish a dictionary from \(typical.count) values of \(joined.count) bytes: \(reason); give more values")
    }
    return dictionary
  }
}
