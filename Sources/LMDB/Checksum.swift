internal import CXXHash

/// XXH3 (libxxhash): finds damage, does not withstand forgery.
///
/// Equal on all machines for equal bytes and seed. To bind several parts, give the hash of one as the seed of the next.
public enum Checksum {
  /// The 64-bit hash, without a seed.
  public static func xxh3(_ bytes: Span<UInt8>) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits($0.baseAddress, $0.count) }
  }

  /// The 64-bit hash with a seed, which above 240 bytes costs more than one without.
  public static func xxh3(_ bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }

  /// The 128-bit hash.
  public static func xxh3x128(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> (high: UInt64, low: UInt64) {
    let hash = unsafe bytes.withUnsafeBytes { unsafe XXH3_128bits_withSeed($0.baseAddress, $0.count, seed) }
    return (hash.high64, hash.low64)
  }
}
