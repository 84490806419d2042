/// Looks through untrusted JSON before any decoder sees it.
///
/// Decoders recurse, keep whichever of two equal keys they like, and allocate what they are told to; a task's stack ends near 160 levels, and
/// overrunning it is a crash, not an error. This scan is iterative and allocates nothing but the keys of the objects that are open.
/// It accepts RFC 8259 and nothing else: valid UTF-8 without a byte order mark, one value, no duplicate keys, nothing after it.
public struct JSONGuard: Sendable {
  /// The most bytes.
  public let maximumBytes: Int

  /// The most nested arrays and objects.
  public let maximumDepth: Int

  /// The most keys and values together.
  public let maximumTokens: Int

  /// A guard with those limits.
  public init(maximumBytes: Int, maximumDepth: Int = 64, maximumTokens: Int = 100_000) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumTokens = maximumTokens
  }

  /// For manifests and indexes: 4 MiB, what registries must accept (distribution-spec, "Pushing manifests").
  public static let manifest = JSONGuard(maximumBytes: 4 << 20)

  /// For image configurations: 8 MiB; long build histories exceed a manifest's limit.
  public static let configuration = JSONGuard(maximumBytes: 8 << 20)

  /// What the scan saw.
  public struct Outline: Sendable {
    /// The keys of the outermost object, or nil when the document is not an object.
    public let topLevelKeys: Set<String>?

    /// The number of keys and values.
    public let tokenCount: Int
  }

  /// Scans the document.
  /// - Parameter subject: what the bytes should be, for the sentence: `manifest`.
  /// - Throws: `OCIError.Code.tooLarge` past a limit, `ambiguousContent` for a duplicate key, `malformedContent` for anything else.
  /// - Complexity: O(n).
  @discardableResult
  public func check(_ bytes: [UInt8], subject: String) throws(OCIError) -> Outline {
    guard bytes.count <= maximumBytes else {
      throw OCIError(.tooLarge, "the \(subject) has \(bytes.count) bytes and may have \(maximumBytes)")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw OCIError(.malformedContent, "the \(subject) is not JSON: it is not valid UTF-8")
    }
    var scanner = JSONScanner(bytes: bytes, limits: self, subject: subject)
    return try scanner.scan()
  }
}
