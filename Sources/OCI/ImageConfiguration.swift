/// How an image was made and how to run it.
///
/// OCI image-spec, config.md; Docker's configuration has the same fields. Unknown fields are ignored; fields that the specification requires
/// and that real images leave out are empty here.
public struct ImageConfiguration: Hashable, Sendable {
  /// Operating system; empty when the configuration does not say, as those of some artifacts do not.
  public let os: String

  /// Architecture; empty when the configuration does not say.
  public let architecture: String

  /// The architecture's variant, or nil.
  public let variant: String?

  /// Version of the operating system, or nil.
  public let osVersion: String?

  /// When the image was made, RFC 3339, as it stands there; nil when the configuration does not say.
  public let created: String?

  /// Who made the image, or nil.
  public let author: String?

  /// How to run it; nil when the configuration does not say.
  public let execution: Execution?

  /// The digests of the uncompressed layers, base first.
  public let diffIDs: [Digest]

  /// The steps that made the image, oldest first.
  public let history: [HistoryEntry]

  /// What the image runs on; nil when operating system or architecture is not said.
  public var platform: Platform? {
    os.isEmpty || architecture.isEmpty ? nil : Platform(os: os, architecture: architecture, variant: variant, osVersion: osVersion)
  }

  /// How to run a container of the image: the `config` object.
  public struct Execution: Hashable, Sendable, Decodable {
    /// The program and its first arguments; nil when none is set.
    public let entrypoint: [String]?

    /// The default arguments, or the program when there is no entry point; nil when none are set.
    public let command: [String]?

    /// Environment variables, each `NAME=value`.
    public let environment: [String]

    /// Labels.
    public let labels: [String: String]

    /// The user, `user`, `uid`, `user:group` and so on; nil or empty for the runtime's default.
    public let user: String?

    /// The working directory; nil or empty for the root.
    public let workingDirectory: String?

    /// Ports that the program listens on, each `port/tcp`, `port/udp` or `port`, sorted.
    public let exposedPorts: [String]

    /// Directories that want a volume, sorted.
    public let volumes: [String]

    private enum CodingKeys: String, CodingKey {
      case entrypoint = "Entrypoint"
      case command = "Cmd"
      case environment = "Env"
      case labels = "Labels"
      case user = "User"
      case workingDirectory = "WorkingDir"
      case exposedPorts = "ExposedPorts"
      case volumes = "Volumes"
    }

    /// The value of each key is an empty object.
    private struct Empty: Decodable {}

    /// Reads the `config` object.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      entrypoint = try container.decodeIfPresent([String].self, forKey: .entrypoint)
      command = try container.decodeIfPresent([String].self, forKey: .command)
      environment = try container.decodeIfPresent([String].self, forKey: .environment) ?? []
      labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
      user = try container.decodeIfPresent(String.self, forKey: .user)
      workingDirectory = try container.decodeIfPresent(String.self, forKey: .workingDirectory)
      exposedPorts = try container.decodeIfPresent([String: Empty].self, forKey: .exposedPorts)?.keys.sorted() ?? []
      volumes = try container.decodeIfPresent([String: Empty].self, forKey: .volumes)?.keys.sorted() ?? []
    }
  }

  /// One step of the build.
  public struct HistoryEntry: Hashable, Sendable, Decodable {
    /// When the step was done, RFC 3339, as it stands there; nil when it is not said.
    public let created: String?

    /// The command; nil when it is not said.
    public let createdBy: String?

    /// Who did it, or nil.
    public let author: String?

    /// A remark, or nil.
    public let comment: String?

    /// Whether the step made no layer.
    public let isEmptyLayer: Bool

    private enum CodingKeys: String, CodingKey {
      case created
      case createdBy = "created_by"
      case author
      case comment
      case isEmptyLayer = "empty_layer"
    }

    /// Reads an entry of the `history` array.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      created = try container.decodeIfPresent(String.self, forKey: .created)
      createdBy = try container.decodeIfPresent(String.self, forKey: .createdBy)
      author = try container.decodeIfPresent(String.self, forKey: .author)
      comment = try container.decodeIfPresent(String.self, forKey: .comment)
      isEmptyLayer = try container.decodeIfPresent(Bool.self, forKey: .isEmptyLayer) ?? false
    }
  }

  /// Reads a configuration.
  /// - Throws: `OCIError.Code.tooLarge`, `malformedContent`, or `ambiguousContent` for a duplicate key.
  /// - Complexity: O(n), of at most 8 MiB.
  public static func parse(bytes: [UInt8]) throws(OCIError) -> ImageConfiguration {
    try JSONDocument.decode(ImageConfiguration.self, from: bytes, guard: .configuration, subject: "image configuration")
  }
}

extension ImageConfiguration: Decodable {
  private enum CodingKeys: String, CodingKey {
    case os
    case architecture
    case variant
    case osVersion = "os.version"
    case created
    case author
    case config
    case rootfs
    case history
  }

  private struct RootFileSystem: Decodable {
    let diffIDs: [Digest]?

    private enum CodingKeys: String, CodingKey {
      case diffIDs = "diff_ids"
    }
  }

  /// Reads the fields; use `parse(bytes:)`, which looks through the bytes first.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    os = try container.decodeIfPresent(String.self, forKey: .os) ?? ""
    architecture = try container.decodeIfPresent(String.self, forKey: .architecture) ?? ""
    variant = try container.decodeIfPresent(String.self, forKey: .variant)
    osVersion = try container.decodeIfPresent(String.self, forKey: .osVersion)
    created = try container.decodeIfPresent(String.self, forKey: .created)
    author = try container.decodeIfPresent(String.self, forKey: .author)
    execution = try container.decodeIfPresent(Execution.self, forKey: .config)
    diffIDs = try container.decodeIfPresent(RootFileSystem.self, forKey: .rootfs)?.diffIDs ?? []
    history = try container.decodeIfPresent([HistoryEntry].self, forKey: .history) ?? []
  }
}
