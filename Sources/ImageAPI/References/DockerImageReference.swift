/// A pull spec, taken apart as OpenShift takes it apart.
///
/// The store's own `Reference` is stricter, and says where it is; this one accepts whatever a cluster accepts, so that objects which a cluster would
/// store can be stored, and gives the parts that a cluster would see: in `quay.io:tag`, for one, the whole text is a registry.
public struct DockerImageReference: Hashable, Sendable {
  /// Docker Hub.
  public static let defaultRegistry = "docker.io"

  /// The registry's host, with its port; empty when none was written.
  public var registry = ""
  /// The first component of the path, when there are several.
  public var namespace = ""
  /// The rest of the path; it may have slashes.
  public var name = ""
  /// The tag, or empty.
  public var tag = ""
  /// The digest, or empty.
  public var id = ""

  /// A reference of those parts.
  public init(registry: String = "", namespace: String = "", name: String = "", tag: String = "", id: String = "") {
    self.registry = registry
    self.namespace = namespace
    self.name = name
    self.tag = tag
    self.id = id
  }

  /// The reference in `text`.
  ///
  /// - Throws: `ObjectError` with a cluster's own words for what is wrong.
  public init(parsing text: String) throws(ObjectError) { self = try DockerImageReferenceGrammar.parse(text) }

  /// Whether the registry is one of Docker Hub's names.
  public var isDockerHub: Bool { [Self.defaultRegistry, "index.docker.io", "registry-1.docker.io"].contains(registry) }

  /// With what Docker's client fills in: its registry, the namespace `library`, the tag `latest`.
  public var dockerClientDefaults: DockerImageReference {
    var filled = self
    if registry.isEmpty { filled.registry = Self.defaultRegistry }
    if namespace.isEmpty, filled.isDockerHub { filled.namespace = "library" }
    if tag.isEmpty { filled.tag = "latest" }
    return filled
  }

  /// Without the tag `latest`, which is meant anyway.
  public var minimal: DockerImageReference {
    var shorter = self
    if tag == "latest" { shorter.tag = "" }
    return shorter
  }

  /// Without what Docker's daemon fills in.
  public var daemonMinimal: DockerImageReference {
    var shorter = self
    if ["index.docker.io", "registry-1.docker.io"].contains(registry) { shorter.registry = Self.defaultRegistry }
    if shorter.isDockerHub, namespace == "library" { shorter.namespace = "" }
    return shorter.minimal
  }

  /// Without tag and digest.
  public var asRepository: DockerImageReference {
    var repository = self
    repository.tag = ""
    repository.id = ""
    return repository
  }

  /// With the name under which Docker Hub serves version 2 of its API.
  public var asVersion2: DockerImageReference {
    var reference = self
    if [Self.defaultRegistry, "index.docker.io"].contains(registry) { reference.registry = "registry-1.docker.io" }
    return reference
  }

  /// With the digest alone when it is one, else with the identifier as the tag when there is no other.
  public var mostSpecific: DockerImageReference {
    var reference = self
    if id.isEmpty { return reference }
    if DockerImageReferenceGrammar.digestRefusal(id) == nil {
      reference.tag = ""
    } else if tag.isEmpty {
      reference.tag = id
      reference.id = ""
    }
    return reference
  }

  /// Name with digest, or else with tag; empty without a name.
  public var nameString: String {
    if name.isEmpty { return "" }
    if !id.isEmpty { return name + (DockerImageReferenceGrammar.digestRefusal(id) == nil ? "@" : ":") + id }
    return tag.isEmpty ? name : "\(name):\(tag)"
  }

  /// The parts that are there, joined.
  public var exact: String {
    let prefix = (registry.isEmpty ? "" : registry + "/") + (namespace.isEmpty ? "" : namespace + "/")
    if nameString.isEmpty { return registry.isEmpty ? "" : prefix }
    return prefix + nameString
  }

  /// Host and port to speak to: the port that was written, else 443, or 80 without TLS.
  public func hostAndPort(isInsecure: Bool) -> (host: String, port: String) {
    let host = asVersion2.dockerClientDefaults.registry
    if let colon = host.lastIndex(of: ":") { return (String(host[..<colon]), String(host[host.index(after: colon)...])) }
    return (host, isInsecure ? "80" : "443")
  }

  /// Whether both mean the same once Docker's defaults are filled in.
  public func isEquivalent(to other: DockerImageReference) -> Bool { dockerClientDefaults == other.dockerClientDefaults }
}

extension DockerImageReference: CustomStringConvertible {
  /// The parts joined, with the namespace `library` where Docker Hub needs one.
  public var description: String {
    var reference = self
    if namespace.isEmpty, isDockerHub { reference.namespace = "library" }
    return reference.exact
  }
}
