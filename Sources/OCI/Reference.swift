/// The name of an image in a registry: a repository, and a tag or a digest or both or neither.
///
/// The grammar is distribution's (`reference.go`), read strictly: whatever it refuses is refused, and so are three spellings that it lets
/// mean something nobody meant: `sha256:<hex>` without a repository, a bare image identifier of 64 digits, and a lone `localhost:5000`.
/// Upper-case repository names are refused even where OpenShift's parser lets them pass.
///
/// A name without a registry belongs to Docker Hub: `nginx` is `docker.io/library/nginx`. The first component is a registry if it has a dot
/// or a colon or is `localhost`, and another component follows. Docker Hub's other host names, `index.docker.io` and
/// `registry-1.docker.io`, are `docker.io`. Two references are equal when these full forms are; how the name was spelt is kept in
/// `spelling` and takes no part in it. No tag is invented: see `withDefaultTag()`.
public struct Reference: Sendable {
  /// The longest full name, registry and repository with the slash between, in characters (distribution, `NameTotalLengthMax`).
  public static let maximumNameLength = 255

  /// The longest tag, in characters (distribution-spec, "Pulling manifests").
  public static let maximumTagLength = 128

  /// Docker Hub, where names without a registry belong.
  public static let defaultRegistry = "docker.io"

  /// The tag meant when a reference has neither tag nor digest.
  public static let defaultTag = "latest"

  /// Host name, with `:` and a port if one was given; lower case; `docker.io` for Docker Hub.
  public let registry: String

  /// Path of the repository within its registry, such as `library/nginx`.
  public let repository: String

  /// The tag, or nil when there is none.
  public let tag: String?

  /// The digest, or nil when there is none. When there is a tag too, the digest decides and the tag is a remark.
  public let digest: Digest?

  /// The name, without tag and digest, as it was spelt.
  public let spelledName: String

  /// The reference that the text spells.
  /// - Throws: `OCIError.Code.invalidReference`, or `invalidDigest` when it has an `@` and what follows is no digest.
  /// - Complexity: O(n) in the length of the text, of which more than 1,024 bytes are refused unread.
  public init(_ text: String) throws(OCIError) {
    self = try ReferenceParser(text).parse()
  }

  /// The reference with those parts; `repository` is the path within the registry.
  /// - Throws: `OCIError.Code.invalidReference` when a part does not fit the grammar.
  public init(registry: String, repository: String, tag: String? = nil, digest: Digest? = nil) throws(OCIError) {
    let name = try Reference(registry + "/" + repository)
    guard !registry.contains("/"), name.tag == nil, name.digest == nil,
      name.repository == repository || name.repository == "library/" + repository
    else {
      throw OCIError(
        .invalidReference,
        "\(registry.quotedForMessage) and \(repository.quotedForMessage) are not a registry and a repository: the registry is a host name "
          + "with a dot or a port, and neither has a tag or a digest")
    }
    if let tag { try Reference.validateTag(tag) }
    self.init(registry: name.registry, repository: name.repository, tag: tag, digest: digest, spelledName: name.spelledName)
  }

  /// The parts have been checked.
  init(registry: String, repository: String, tag: String?, digest: Digest?, spelledName: String) {
    self.registry = registry
    self.repository = repository
    self.tag = tag
    self.digest = digest
    self.spelledName = spelledName
  }

  /// Registry and repository: the full form without tag and digest, such as `docker.io/library/nginx`.
  public var name: String { registry + "/" + repository }

  /// The reference as it was spelt, with exactly the tag and digest that it has.
  public var spelling: String { spelledName + suffix }

  private var suffix: String { (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0.description } ?? "") }

  /// The registry's host name, without a port.
  public var registryHost: String { String(registry.prefix { $0 != ":" }) }

  /// The registry's port, or nil when none was given.
  public var registryPort: Int? { registry.firstIndex(of: ":").flatMap { Int(registry[registry.index(after: $0)...]) } }

  /// The same repository with that tag and without a digest: another tag may be another image.
  /// - Throws: `OCIError.Code.invalidReference` when it is not a tag.
  public func withTag(_ tag: String) throws(OCIError) -> Reference {
    try Reference.validateTag(tag)
    return Reference(registry: registry, repository: repository, tag: tag, digest: nil, spelledName: spelledName)
  }

  /// The same repository with that digest and without a tag: the form that always means the same bytes.
  public func withDigest(_ digest: Digest) -> Reference {
    Reference(registry: registry, repository: repository, tag: nil, digest: digest, spelledName: spelledName)
  }

  /// The same repository without tag and digest.
  public func withoutTagAndDigest() -> Reference {
    Reference(registry: registry, repository: repository, tag: nil, digest: nil, spelledName: spelledName)
  }

  /// The reference itself if it has a tag or a digest, else the same repository's tag `latest`.
  public func withDefaultTag() -> Reference {
    guard tag == nil, digest == nil else { return self }
    return Reference(registry: registry, repository: repository, tag: Self.defaultTag, digest: nil, spelledName: spelledName)
  }

  /// Checks that the text is a tag: a letter, digit or underscore, then up to 127 of those, dots and hyphens.
  /// - Throws: `OCIError.Code.invalidReference`.
  public static func validateTag(_ tag: String) throws(OCIError) {
    let bytes = tag.utf8
    guard let first = bytes.first else {
      throw OCIError(.invalidReference, "the tag is empty; leave out the colon or write a tag after it")
    }
    guard bytes.count <= maximumTagLength else {
      throw OCIError(
        .invalidReference, "the tag \(tag.quotedForMessage) has \(bytes.count) characters and may have \(maximumTagLength)")
    }
    let isPunctuation = { (byte: UInt8) in byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") }
    guard !isPunctuation(first), bytes.allSatisfy({ ReferenceParser.isWord($0) || isPunctuation($0) }) else {
      throw OCIError(
        .invalidReference,
        "\(tag.quotedForMessage) is not a tag: use letters, digits, underscores, dots and hyphens, and begin with none of the last two")
    }
  }
}

extension Reference: Hashable {
  /// Whether both name the same: registry, repository, tag and digest; not how they were spelt.
  public static func == (left: Self, right: Self) -> Bool {
    left.registry == right.registry && left.repository == right.repository && left.tag == right.tag && left.digest == right.digest
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(registry)
    hasher.combine(repository)
    hasher.combine(tag)
    hasher.combine(digest)
  }
}

extension Reference: CustomStringConvertible {
  /// The full form: registry, repository, and exactly the tag and digest that it has. Parsing it gives an equal reference.
  public var description: String { name + suffix }
}

extension Reference: ExpressibleByStringLiteral {
  /// The reference that the literal spells.
  ///
  /// Swift takes `Reference("…")` around a literal for this initialiser too (SE-0213).
  /// - Precondition: the literal is a reference; use `init(_:)` for text that comes from elsewhere.
  public init(stringLiteral literal: String) {
    do {
      self = try Reference(literal)
    } catch {
      preconditionFailure(error.message)
    }
  }
}

extension Reference: Codable {
  /// Reads a reference as `init(_:)` does.
  /// - Throws: `DecodingError.dataCorrupted` with the sentence of `init(_:)`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      self = try Reference(container.decode(String.self))
    } catch let error as OCIError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  /// Writes the reference as it was spelt.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(spelling)
  }
}
