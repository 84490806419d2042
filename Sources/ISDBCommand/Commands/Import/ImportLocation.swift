import Foundation
import ImageStreamDB

/// Where `isdb import` is to take an image from.
///
///     quay.io/shop/web:1.4                         a registry; docker:// before it is allowed
///     oci:PATH, oci:PATH:NAME, /PATH, ./PATH:NAME  an OCI image layout in a directory
///     oci-archive:FILE, oci-archive:FILE:NAME      the same in a tar archive
///     shop/web:1.4, shop/web                       again from where the tag, or each tag of the stream, came from
enum ImportLocation {
  case registry(Reference)
  case layout(path: String, reference: String?)
  case recorded(TagScope)

  /// - Throws: `StoreError` with code `invalidArgument`; `OCIError`.
  init(_ text: String) throws {
    for scheme in ["oci:", "oci-archive:"] where text.hasPrefix(scheme) {
      self = Self.layout(String(text.dropFirst(scheme.count)))
      return
    }
    if text.hasPrefix("docker://") {
      self = .registry(try Reference(String(text.dropFirst("docker://".count))))
    } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") || text == "." {
      self = Self.layout(text)
    } else if TagOrigin.namesRegistry(text) {
      self = .registry(try Reference(text))
    } else if text.contains("/"), !text.contains("@") {
      self = .recorded(try TagScope(text))
    } else {
      throw StoreError(
        .invalidArgument,
        "\"\(text.printable)\" names no registry; write it in full, as in docker.io/library/nginx:1.27, or oci:PATH for an image layout")
    }
  }

  /// Where a tag was imported from before.
  init(_ source: ImportSource) throws {
    self =
      source.reference.hasPrefix("oci:") ? Self.layout(String(source.reference.dropFirst(4))) : .registry(try Reference(source.reference))
  }

  /// A name may follow the path behind a colon; the path may have colons of its own, so that what exists decides.
  private static func layout(_ text: String) -> ImportLocation {
    let exists = FileManager.default.fileExists(atPath:)
    if exists(text) { return .layout(path: absolute(text), reference: nil) }
    let colons = text.indices.filter { text[$0] == ":" }
    guard let colon = colons.first(where: { exists(String(text[..<$0])) }) ?? colons.first else {
      return .layout(path: absolute(text), reference: nil)
    }
    return .layout(path: absolute(String(text[..<colon])), reference: String(text[text.index(after: colon)...]))
  }

  /// The path is kept with the tag, and a later import may be started in another directory.
  private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  // MARK: The tag

  /// The tag that an import goes to: `destination`, with the source's own tag if it names none; or one made from the repository's last two parts.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when it takes a destination to tell.
  func tag(for destination: String?) throws -> ImageStreamTagName {
    guard let destination else { return try ownTag() }
    let name = try ImageStreamTagName(destination)
    guard !destination.contains(":"), let tag = sourceTag else { return name }
    return try ImageStreamTagName(stream: name.stream, tag: tag)
  }

  /// The stream that a whole repository goes to.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when it takes a destination to tell, or that names a tag.
  func stream(for destination: String?) throws -> ImageStreamName {
    try destination.map { try ImageStreamName($0) } ?? ownTag().stream
  }

  private var sourceTag: String? {
    switch self {
    case .registry(let reference): reference.digest == nil ? reference.tag : nil
    case .layout(_, let reference): reference.flatMap { (try? Digest($0)) == nil ? $0 : nil }
    case .recorded: nil
    }
  }

  private func ownTag() throws -> ImageStreamTagName {
    guard case .registry(let reference) = self else {
      throw StoreError(
        .invalidArgument, "an image layout does not say which stream it belongs to; name the tag, as in isdb import oci:PATH shop/web:1.4")
    }
    let parts = reference.repository.split(separator: "/").suffix(2)
    guard parts.count == 2, let stream = try? ImageStreamName(parts.joined(separator: "/")) else {
      throw StoreError(
        .invalidArgument,
        "\(reference.name) does not make a stream's name; name the tag, as in isdb import \(reference.spelling) shop/web:\(sourceTag ?? "latest")"
      )
    }
    return try ImageStreamTagName(stream: stream, tag: sourceTag ?? Reference.defaultTag)
  }
}

extension ImportLocation: CustomStringConvertible {
  var description: String {
    switch self {
    case .registry(let reference): reference.spelling
    case .layout(let path, let reference): "oci:\(path)" + (reference.map { ":\($0)" } ?? "")
    case .recorded(let scope): "\(scope)"
    }
  }
}
