public import MVCC

/// The name of an image stream: `namespace/stream`, as in `shop/web`.
///
/// A namespace is a DNS label of up to 63 characters; a stream is one component of a repository name in lower case; both together with the slash take up to
/// 255 bytes.
public struct ImageStreamName: Hashable, Sendable, Comparable {
  /// The namespace.
  public let namespace: String

  /// The stream in it.
  public let name: String

  /// The name in `text`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, which says what a name may be.
  public init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw NameRules.invalid(text, "an image stream", "write namespace/stream, as in shop/web")
    }
    guard NameRules.isNamespace(parts[0]) else {
      throw NameRules.invalid(
        text, "an image stream", "a namespace is 1 to \(NameRules.maximumNamespaceBytes) lower-case letters, digits and inner hyphens")
    }
    guard NameRules.isStream(parts[1]) else {
      throw NameRules.invalid(
        text, "an image stream",
        "a stream is lower-case letters and digits, joined by a dot, one or two underscores, or hyphens, without a slash")
    }
    guard text.utf8.count <= NameRules.maximumStreamBytes else {
      throw NameRules.invalid(text, "an image stream", "it has \(text.utf8.count) bytes; the limit is \(NameRules.maximumStreamBytes)")
    }
    namespace = String(parts[0])
    name = String(parts[1])
  }

  /// In byte order of the whole name, which is the order of listings.
  public static func < (left: ImageStreamName, right: ImageStreamName) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}

extension ImageStreamName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name in a literal, which must be one.
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { preconditionFailure(error.message) }
  }

  public var description: String { "\(namespace)/\(name)" }
}
