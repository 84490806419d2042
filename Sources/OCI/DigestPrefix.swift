/// The beginning of a digest, as people copy it from a listing: `sha256:3d6a884d52c8` or `3d6a884d52c8`.
///
/// Twelve digits at least, as Docker prints them, so that a prefix rarely fits two images; an algorithm if it is given is complete.
/// Without one the prefix fits digests of every algorithm.
public struct DigestPrefix: Hashable, Sendable, CustomStringConvertible {
  /// The fewest digits: twelve are what short listings print.
  public static let minimumDigits = 12

  /// The most digits of a prefix without an algorithm: a whole SHA-256.
  public static let maximumDigits = 64

  /// The algorithm, or nil when the text had none.
  public let algorithm: DigestAlgorithm?

  /// The digits, in lower case.
  public let hex: String

  /// The prefix that the text spells.
  /// - Throws: `OCIError.Code.invalidDigest` for an unknown algorithm, fewer than twelve digits, more than the algorithm has (64 without
  ///   one), or anything but lower-case hexadecimal digits.
  public init(_ text: String) throws(OCIError) {
    var digits = Substring(text)
    if let colon = text.firstIndex(of: ":") {
      guard let algorithm = DigestAlgorithm(rawValue: String(text[..<colon])) else {
        throw OCIError(
          .invalidDigest, "\(text.quotedForMessage) is not a short digest: the algorithm must be sha256, sha384 or sha512, in lower case")
      }
      self.algorithm = algorithm
      digits = text[text.index(after: colon)...]
    } else {
      algorithm = nil
    }
    let maximum = algorithm?.hexCount ?? Self.maximumDigits
    guard digits.utf8.count >= Self.minimumDigits, digits.utf8.count <= maximum else {
      throw OCIError(
        .invalidDigest,
        "\(text.quotedForMessage) is not a short digest: it needs \(Self.minimumDigits) to \(maximum) digits and has \(digits.utf8.count)")
    }
    guard digits.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }) else {
      throw OCIError(.invalidDigest, "\(text.quotedForMessage) is not a short digest: its digits must be 0 to 9 and a to f, in lower case")
    }
    hex = String(digits)
  }

  /// Whether the digest begins so.
  public func matches(_ digest: Digest) -> Bool {
    if let algorithm, algorithm != digest.algorithm { return false }
    return digest.hex.utf8.starts(with: hex.utf8)
  }

  /// The prefix as it was spelt.
  public var description: String { algorithm.map { $0.rawValue + ":" + hex } ?? hex }
}
