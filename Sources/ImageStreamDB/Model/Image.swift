public import MVCC
public import OCI

/// An immutable image, or an index of images for several platforms, named by the digest of its manifest.
///
/// A digest of the exact bytes that a registry serves: those bytes, and those of the configuration, are kept as they are (`ImageStreamReading.blob`).
public struct Image: Hashable, Sendable {
  /// The SHA-256 (or other algorithm's) digest of the manifest's bytes.
  public let digest: Digest
  /// What kind of manifest it is.
  public let mediaType: MediaType
  /// The manifest's size.
  public let manifestByteCount: Int
  /// The configuration; nil for an index or an artifact without one.
  public let configuration: Digest?
  /// The platform that the configuration names; nil for an index.
  public let platform: Platform?
  /// When it was built, as the configuration spells it (RFC 3339).
  public let created: String?
  /// Who built it, as the configuration says.
  public let author: String?
  /// Base layer first. Layers are never fetched.
  public let layers: [Descriptor]
  /// The images of an index, in its order; empty for a single image.
  public let manifests: [Descriptor]
  /// The manifest's annotations.
  public let annotations: [String: String]
  /// The configuration's labels.
  public let labels: [String: String]
  /// The command line's beginning.
  public let entrypoint: [String]
  /// The command line's end, which users override.
  public let command: [String]
  /// `NAME=value` entries.
  public let environment: [String]
  /// Where the command starts.
  public let workingDirectory: String?
  /// Who it runs as.
  public let user: String?
  /// Ports such as `8080/tcp`.
  public let exposedPorts: [String]
  /// Directories that want a volume.
  public let volumes: [String]
  /// The repository it was first seen in, such as `quay.io/shop/web`; nil when it came from a layout.
  public let repository: String?
  /// What an artifact that is no image says it is.
  public let artifactType: MediaType?
  /// When it was added to the store; nil for one that an early version added.
  public let added: Timestamp?

  /// The label or annotation that says which version an image is (OCI image-spec, annotations.md).
  static let versionLabel = "org.opencontainers.image.version"

  /// The version that it says it is; nil when it says nothing.
  public var version: String? { labels[Self.versionLabel] ?? annotations[Self.versionLabel] }

  /// Whether it stands for one image for each platform.
  public var isIndex: Bool { !manifests.isEmpty || mediaType.isIndex }

  /// The sum of the layers' sizes as they are stored, in bytes.
  public var layerByteCount: Int { layers.reduce(0) { $0 + $1.size } }

  /// The base image that the image says it was built on, by a label or annotation.
  public var declaredBase: Digest? { (labels[Self.baseDigestKey] ?? annotations[Self.baseDigestKey]).flatMap { try? Digest($0) } }

  /// OCI image-spec, annotations.md.
  static let baseDigestKey = "org.opencontainers.image.base.digest"
}
