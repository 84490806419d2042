import ImageStreamDB
import MVCC
import OCI

/// What a name on the command line stands for.
///
///     shop/web              a stream
///     shop/web:latest       a tag
///     shop/web@sha256:…     an image of a stream; the digest may be cut to 12 digits, and `sha256:` left out
///     sha256:…              an image, likewise
enum ObjectName {
  case stream(ImageStreamName)
  case tag(ImageStreamTagName)
  case streamImage(ImageStreamImageName)
  case image(DigestPrefix)

  /// - Throws: `StoreError` with code `invalidArgument` when `text` is none of them.
  init(_ text: String) throws {
    if text.contains("@") {
      self = .streamImage(try ImageStreamImageName(text))
    } else if !text.contains("/") {
      guard let prefix = try? DigestPrefix(text) else {
        throw StoreError(
          .invalidArgument,
          "\"\(text.printable)\" is not a name; write NAMESPACE/STREAM, NAMESPACE/STREAM:TAG, NAMESPACE/STREAM@DIGEST, or 12 or more digits of a digest"
        )
      }
      self = .image(prefix)
    } else if text.contains(":") {
      self = .tag(try ImageStreamTagName(text))
    } else {
      self = .stream(try ImageStreamName(text))
    }
  }
}

/// Where an image to be tagged comes from.
enum TagOrigin {
  case tag(ImageStreamTagName)
  case streamImage(ImageStreamImageName)
  case pullSpec(Reference)

  /// A name whose first part looks like a host is a pull spec: a namespace has no dot and no port.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`; `OCIError`.
  init(_ text: String) throws {
    if Self.namesRegistry(text) {
      let reference = try Reference(text)
      guard reference.digest != nil else {
        throw StoreError(
          .invalidArgument,
          "\(text.printable) names no digest, so it may mean another image tomorrow; add @sha256:…, or use isdb import to look it up")
      }
      self = .pullSpec(reference)
    } else if text.contains("@") {
      self = .streamImage(try ImageStreamImageName(text))
    } else {
      self = .tag(try ImageStreamTagName(text))
    }
  }

  /// Whether the text begins with a registry's host.
  static func namesRegistry(_ text: String) -> Bool {
    guard let slash = text.firstIndex(of: "/") else { return false }
    let host = text[..<slash]
    return host == "localhost" || host.contains(".") || host.contains(":")
  }
}
