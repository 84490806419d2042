/// A hash function that a digest may name.
///
/// OCI image-spec, descriptor.md, "Registered algorithms"; `sha384` is Docker's addition. Order is that of the names.
public enum DigestAlgorithm: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  /// SHA-256: 32 bytes, 64 hexadecimal digits; what every registry uses.
  case sha256
  /// SHA-384: 48 bytes, 96 hexadecimal digits.
  case sha384
  /// SHA-512: 64 bytes, 128 hexadecimal digits.
  case sha512

  /// The hash's length in bytes.
  public var byteCount: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// The number of hexadecimal digits in a digest's text.
  public var hexCount: Int { byteCount * 2 }

  /// Whether the left name sorts before the right one.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
