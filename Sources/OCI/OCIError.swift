/// Why a name or content of the OCI world was refused, in one sentence.
public struct OCIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of refusal it is; branch on this, not on the sentence.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    /// The code's name in words.
    public var description: String { kind.rawValue }
  }

  /// What kind of refusal it is.
  public let code: Code

  /// What was refused, the rule, and the remedy: lower case, no full stop.
  public let message: String

  /// An error with that code and sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence.
  public var description: String { message }
}

extension OCIError.Code {
  /// Every code there is; one switch over it gives each its exit status.
  package enum Kind: String, CaseIterable, Sendable {
    case ambiguousContent = "ambiguous content"
    case digestMismatch = "digest mismatch"
    case invalidDigest = "invalid digest"
    case invalidPlatform = "invalid platform"
    case invalidReference = "invalid reference"
    case malformedContent = "malformed content"
    case notFound = "not found"
    case tooLarge = "too large"
    case unsupportedContent = "unsupported content"
  }

  /// The bytes could be read as two different things (CVE-2021-41190).
  public static let ambiguousContent = Self(.ambiguousContent)
  /// The bytes are not those the digest names.
  public static let digestMismatch = Self(.digestMismatch)
  /// The text is not a digest, or not a usable prefix of one.
  public static let invalidDigest = Self(.invalidDigest)
  /// The text is not a platform.
  public static let invalidPlatform = Self(.invalidPlatform)
  /// The text is not an image reference.
  public static let invalidReference = Self(.invalidReference)
  /// The bytes are not JSON, or not the document they should be.
  public static let malformedContent = Self(.malformedContent)
  /// The index or layout has no such entry.
  public static let notFound = Self(.notFound)
  /// The bytes exceed a limit.
  public static let tooLarge = Self(.tooLarge)
  /// The content is well formed and of a kind that is not read, such as Docker schema 1.
  public static let unsupportedContent = Self(.unsupportedContent)
}

extension String {
  /// The text in quotation marks, for a sentence: cut after 80 characters, control characters made visible.
  ///
  /// What is quoted comes from strangers, and an error's sentence ends in logs and terminals.
  package var quotedForMessage: String {
    let maximumCharacters = 80
    var result = "\""
    var count = 0
    for scalar in unicodeScalars {
      if count == maximumCharacters { return result + "…\"" }
      count += 1
      let isPlain = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.properties.generalCategory != .format
      if isPlain { result.unicodeScalars.append(scalar) } else { result += "\\u{" + String(scalar.value, radix: 16) + "}" }
    }
    return result + "\""
  }
}
