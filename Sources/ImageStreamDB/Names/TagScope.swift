public import MVCC

/// Which tags a watch or trigger is about.
public enum TagScope: Hashable, Sendable {
  /// One tag.
  case tag(ImageStreamTagName)
  /// Every tag of a stream.
  case stream(ImageStreamName)
  /// Every tag of every stream of a namespace.
  case namespace(String)
  /// Every tag.
  case all

  /// The scope in `text`: `namespace/stream:tag`, `namespace/stream`, `namespace`, or `*`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`.
  public init(_ text: String) throws(StoreError) {
    if text == "*" {
      self = .all
    } else if text.contains(":") {
      self = .tag(try ImageStreamTagName(text))
    } else if text.contains("/") {
      self = .stream(try ImageStreamName(text))
    } else if NameRules.isNamespace(text[...]) {
      self = .namespace(text)
    } else {
      throw NameRules.invalid(text, "a scope", "write namespace/stream:tag, namespace/stream, namespace, or *")
    }
  }

  /// Whether `tag` is in the scope.
  public func contains(_ tag: ImageStreamTagName) -> Bool {
    switch self {
    case .tag(let name): name == tag
    case .stream(let stream): stream == tag.stream
    case .namespace(let namespace): namespace == tag.stream.namespace
    case .all: true
    }
  }
}

extension TagScope: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tag(let name): name.description
    case .stream(let stream): stream.description
    case .namespace(let namespace): namespace
    case .all: "*"
    }
  }
}
