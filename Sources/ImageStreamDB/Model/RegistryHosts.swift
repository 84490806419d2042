/// The registries that stand for the store itself: where images of tags with the local reference policy are pulled from.
///
/// Reference: OpenShift's `status.dockerImageRepository` and `status.publicDockerImageRepository`.
public struct RegistryHosts: Hashable, Sendable {
  /// `host:port` inside; nil when there is no such registry, and then local pull specs are those of the source.
  public var inside: String?
  /// `host:port` for the outside; nil when there is none.
  public var outside: String?

  /// Hosts.
  public init(inside: String? = nil, outside: String? = nil) {
    self.inside = inside
    self.outside = outside
  }

  /// The repository of a stream inside; nil without a registry.
  public func repository(of stream: ImageStreamName) -> String? { inside.map { "\($0)/\(stream)" } }

  /// The repository of a stream as seen from outside; nil without such a registry.
  public func publicRepository(of stream: ImageStreamName) -> String? { outside.map { "\($0)/\(stream)" } }
}
