public import MVCC
internal import OCI

/// What a tag is made from, as its spec spells it: OpenShift's `from`.
public enum TagSource: Hashable, Sendable {
  /// A tag: `tag` of the same stream, or `stream:tag`; in the stream's own namespace when none is given.
  case imageStreamTag(String, namespace: String? = nil)
  /// An image that a stream has: `digest` of the same stream, or `stream@digest`.
  case imageStreamImage(String, namespace: String? = nil)
  /// An image in a registry: OpenShift's kind DockerImage.
  case registryImage(String, namespace: String? = nil)
  /// An image in a layout: `oci:PATH`. OpenShift has no such source.
  case layout(String)

  /// The name as it is spelled.
  public var name: String {
    switch self {
    case .imageStreamTag(let name, _), .imageStreamImage(let name, _), .registryImage(let name, _), .layout(let name): name
    }
  }

  /// The namespace as it is spelled; nil means that of the stream.
  public var namespace: String? {
    switch self {
    case .imageStreamTag(_, let namespace), .imageStreamImage(_, let namespace), .registryImage(_, let namespace): namespace
    case .layout: nil
    }
  }

  /// The source of an import of this reference: a registry, or for `oci:PATH` a layout.
  public init(importing reference: String) { self = reference.hasPrefix("oci:") ? .layout(reference) : .registryImage(reference) }

  /// The tag that is meant, for a source that is one.
  ///
  /// - Parameter stream: the stream whose spec says so.
  /// - Throws: `StoreError` with code `invalidArgument` for a name of another form.
  public func tag(in stream: ImageStreamName) throws(StoreError) -> ImageStreamTagName? {
    guard case .imageStreamTag(let name, let namespace) = self else { return nil }
    let parts = try Self.parts(name, separator: ":")
    return try ImageStreamTagName(stream: Self.stream(parts.stream, namespace, in: stream), tag: parts.rest)
  }

  /// The image of a stream that is meant, for a source that is one.
  ///
  /// - Parameter stream: the stream whose spec says so.
  /// - Throws: `StoreError` with code `invalidArgument` for a name of another form.
  public func image(in stream: ImageStreamName) throws(StoreError) -> ImageStreamImageName? {
    guard case .imageStreamImage(let name, let namespace) = self else { return nil }
    let parts = try Self.parts(name, separator: "@")
    return try ImageStreamImageName("\(Self.stream(parts.stream, namespace, in: stream))@\(parts.rest)")
  }

  private static func stream(_ name: String?, _ namespace: String?, in stream: ImageStreamName) throws(StoreError) -> ImageStreamName {
    if name == nil, namespace == nil { return stream }
    return try ImageStreamName("\(namespace ?? stream.namespace)/\(name ?? stream.name)")
  }

  /// OpenShift's forms: `<tag>`, `<stream>:<tag>`, `<id>`, `<stream>@<id>`.
  private static func parts(_ name: String, separator: Character) throws(StoreError) -> (stream: String?, rest: String) {
    // A digest has a colon of its own, behind the at sign.
    let pieces = name.split(separator: separator, maxSplits: 2, omittingEmptySubsequences: false)
    switch pieces.count {
    case 1 where !name.isEmpty: return (nil, name)
    case 2 where !pieces[0].isEmpty && !pieces[1].isEmpty: return (String(pieces[0]), String(pieces[1]))
    default:
      throw StoreError(
        .invalidArgument, "the source \(name.quotedForMessage) must be of the form <tag>, <stream>:<tag>, <id>, or <stream>@<id>")
    }
  }
}
