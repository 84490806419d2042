public import MVCC
public import OCI

/// The name of an image that a stream has or had: `namespace/stream@digest`, where the digest may be short.
public struct ImageStreamImageName: Hashable, Sendable {
  /// The stream.
  public let stream: ImageStreamName

  /// The digest, or 12 digits of it and more.
  public let digest: DigestPrefix

  /// An image of a stream.
  public init(stream: ImageStreamName, digest: DigestPrefix) {
    self.stream = stream
    self.digest = digest
  }

  /// The name in `text`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, which says what a name may be.
  public init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw NameRules.invalid(text, "an image of a stream", "write namespace/stream@sha256:… with 12 digits or more")
    }
    stream = try ImageStreamName(String(parts[0]))
    do { digest = try DigestPrefix(String(parts[1])) } catch { throw StoreError(.invalidArgument, error.message, cause: error) }
  }
}

extension ImageStreamImageName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name in a literal, which must be one.
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { preconditionFailure(error.message) }
  }

  public var description: String { "\(stream)@\(digest)" }
}
