internal import Crypto

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The name of content: an algorithm and the content's hash.
///
/// OCI image-spec, descriptor.md, "Digests". Only what the specification registers is accepted (and Docker's sha384), with exactly the
/// algorithm's number of lower-case digits: a digest becomes part of URLs and file names, so nothing else may pass (CVE-2024-3727).
/// Order is that of the text.
public struct Digest: Hashable, Sendable {
  /// A SHA-256, which nearly every digest is, needs no heap.
  private enum Storage: Hashable, Sendable {
    case sha256(UInt64, UInt64, UInt64, UInt64)
    case long(DigestAlgorithm, [UInt8])
  }

  private let storage: Storage

  /// The digest that the text names, such as `sha256:` and 64 digits.
  /// - Throws: `OCIError.Code.invalidDigest` for an unknown algorithm, a wrong length, or anything but digits and `a` to `f`.
  public init(_ text: String) throws(OCIError) {
    if let storage = Self.sha256(text) {
      self.init(storage: storage)
      return
    }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw OCIError(.invalidDigest, "\(text.quotedForMessage) is not a digest: write an algorithm, a colon and the hash, as in sha256:…")
    }
    guard let algorithm = DigestAlgorithm(rawValue: String(Substring(parts[0]))) else {
      throw OCIError(
        .invalidDigest, "\(text.quotedForMessage) is not a digest: the algorithm must be sha256, sha384 or sha512, in lower case")
    }
    guard parts[1].count == algorithm.hexCount else {
      throw OCIError(
        .invalidDigest,
        "\(text.quotedForMessage) is not a digest: \(algorithm) has \(algorithm.hexCount) hexadecimal digits and this has \(parts[1].count)"
      )
    }
    guard let bytes = Hexadecimal.decode(parts[1]) else {
      throw OCIError(.invalidDigest, "\(text.quotedForMessage) is not a digest: its digits must be 0 to 9 and a to f, in lower case")
    }
    self.init(algorithm: algorithm, checked: bytes)
  }

  /// The digest with that hash.
  /// - Throws: `OCIError.Code.invalidDigest` when the hash has not the algorithm's length.
  public init(algorithm: DigestAlgorithm, hash: [UInt8]) throws(OCIError) {
    guard hash.count == algorithm.byteCount else {
      throw OCIError(.invalidDigest, "a \(algorithm) hash has \(algorithm.byteCount) bytes and this has \(hash.count)")
    }
    self.init(algorithm: algorithm, checked: hash)
  }

  /// The digest of those bytes.
  /// - Complexity: O(n); about 340 MB/s for SHA-256.
  public init(of bytes: [UInt8], algorithm: DigestAlgorithm = .sha256) {
    switch algorithm {
    case .sha256: self.init(algorithm: algorithm, checked: Array(SHA256.hash(data: bytes)))
    case .sha384: self.init(algorithm: algorithm, checked: Array(SHA384.hash(data: bytes)))
    case .sha512: self.init(algorithm: algorithm, checked: Array(SHA512.hash(data: bytes)))
    }
  }

  private init(storage: Storage) { self.storage = storage }

  /// The SHA-256 in a text, read without a copy of it; nil for any other text.
  private static func sha256(_ text: String) -> Storage? {
    // 7 (sha256:) + 64 digits
    guard text.utf8.count == 71, text.utf8.starts(with: "sha256:".utf8) else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for byte in text.utf8.dropFirst(7) {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      // All four shift as one number of 256 bits.
      words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | words.2 >> 60, words.2 << 4 | words.3 >> 60, words.3 << 4 | UInt64(digit))
    }
    return .sha256(words.0, words.1, words.2, words.3)
  }

  private init(algorithm: DigestAlgorithm, checked hash: [UInt8]) {
    guard algorithm == .sha256 else {
      storage = .long(algorithm, hash)
      return
    }
    func word(_ index: Int) -> UInt64 {
      var word: UInt64 = 0
      for byte in hash[index * 8..<index * 8 + 8] { word = word << 8 | UInt64(byte) }
      return word
    }
    storage = .sha256(word(0), word(1), word(2), word(3))
  }

  /// The hash function.
  public var algorithm: DigestAlgorithm {
    switch storage {
    case .sha256: .sha256
    case .long(let algorithm, _): algorithm
    }
  }

  /// The hash itself, `algorithm.byteCount` bytes.
  public var hash: [UInt8] {
    switch storage {
    case .long(_, let bytes): return bytes
    case .sha256(let first, let second, let third, let fourth):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(32)
      for word in [first, second, third, fourth] {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
      }
      return bytes
    }
  }

  /// The hash as lower-case hexadecimal digits, without the algorithm.
  public var hex: String { Hexadecimal.encode(hash) }

  /// Checks that the bytes are the content this digest names.
  /// - Throws: `OCIError.Code.digestMismatch`, naming both digests.
  /// - Complexity: O(n).
  public func verify(_ bytes: [UInt8]) throws(OCIError) {
    let actual = Digest(of: bytes, algorithm: algorithm)
    guard actual == self else {
      throw OCIError(.digestMismatch, "the content's digest is \(actual) and should be \(self); fetch it again or distrust its source")
    }
  }
}

extension Digest: CustomStringConvertible {
  /// The digest's text: algorithm, colon, hexadecimal digits.
  public var description: String { algorithm.rawValue + ":" + hex }
}

extension Digest: Comparable {
  /// Whether the left digest's text sorts before the right one's.
  public static func < (left: Self, right: Self) -> Bool {
    switch (left.storage, right.storage) {
    case (.sha256(let l0, let l1, let l2, let l3), .sha256(let r0, let r1, let r2, let r3)):
      (l0, l1, l2, l3) < (r0, r1, r2, r3)
    default:
      left.algorithm == right.algorithm ? left.hash.lexicographicallyPrecedes(right.hash) : left.algorithm < right.algorithm
    }
  }
}

extension Digest: Codable {
  /// Reads the digest's text.
  /// - Throws: `DecodingError.dataCorrupted` with the sentence of `init(_:)`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      self = try Digest(container.decode(String.self))
    } catch let error as OCIError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  /// Writes the digest's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
