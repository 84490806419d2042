public import MVCC

/// The name of a tag of an image stream: `namespace/stream:tag`, as in `shop/web:latest`; without a tag, `latest` is meant.
public struct ImageStreamTagName: Hashable, Sendable, Comparable {
  /// The stream.
  public let stream: ImageStreamName

  /// The tag: 1 to 128 letters, digits, `_`, `.` and `-`, the first not `.` or `-` (distribution-spec).
  public let tag: String

  /// A tag of a stream.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when `tag` cannot be one.
  public init(stream: ImageStreamName, tag: String) throws(StoreError) {
    guard NameRules.isTag(tag[...]) else {
      throw NameRules.invalid(
        tag, "a tag", "it takes 1 to \(NameRules.maximumTagBytes) letters, digits, '_', '.' and '-', the first not '.' or '-'")
    }
    self.stream = stream
    self.tag = tag
  }

  /// The name in `text`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, which says what a name may be.
  public init(_ text: String) throws(StoreError) {
    guard !text.contains("@") else {
      throw NameRules.invalid(text, "an image stream tag", "write namespace/stream:tag; an image of a stream is named with '@'")
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    try self.init(stream: ImageStreamName(String(parts[0])), tag: parts.count == 2 ? String(parts[1]) : "latest")
  }

  /// In byte order of the whole name, which is the order of listings.
  public static func < (left: ImageStreamTagName, right: ImageStreamTagName) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}

extension ImageStreamTagName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name in a literal, which must be one.
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { preconditionFailure(error.message) }
  }

  public var description: String { "\(stream):\(tag)" }
}
