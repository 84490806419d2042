/// What an image runs on: operating system, processor architecture, and the architecture's variant.
///
/// OCI image-spec, image-index.md, "platform"; names are Go's (`GOOS`, `GOARCH`).
public struct Platform: Hashable, Sendable {
  /// Operating system, such as `linux`.
  public let os: String

  /// Architecture, such as `amd64` or `arm64`.
  public let architecture: String

  /// The architecture's variant, such as `v7` for arm; nil when none is said.
  public let variant: String?

  /// Version of the operating system, such as `10.0.14393.1066` for Windows; nil when none is said.
  public let osVersion: String?

  /// Features that the operating system must have, such as `win32k`.
  public let osFeatures: [String]

  /// A platform with those parts, unchecked.
  public init(os: String, architecture: String, variant: String? = nil, osVersion: String? = nil, osFeatures: [String] = []) {
    self.os = os
    self.architecture = architecture
    self.variant = variant.flatMap { $0.isEmpty ? nil : $0 }
    self.osVersion = osVersion.flatMap { $0.isEmpty ? nil : $0 }
    self.osFeatures = osFeatures
  }

  /// 64-bit x86 Linux, what most images are built for.
  public static let linuxAMD64 = Platform(os: "linux", architecture: "amd64")

  /// The platform that the text spells: `os/architecture` or `os/architecture/variant`.
  ///
  /// `x86_64` and `aarch64`, as uname says them, are taken for `amd64` and `arm64`.
  /// - Throws: `OCIError.Code.invalidPlatform` for another number of parts, or parts other than lower-case
  ///   letters and digits with `.`, `_` and `-` after the first.
  public init(_ text: String) throws(OCIError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count) else {
      throw OCIError(
        .invalidPlatform,
        "\(text.quotedForMessage) is not a platform: write os/architecture or os/architecture/variant, as in linux/arm64/v8")
    }
    for part in parts {
      let isPlain = part.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._-".utf8.contains(byte)
        }
      }
      // Longer than any name there is; a bound all the same, because platforms become part of keys.
      let maximumLength = 64
      let startsPlain = part.utf8.first.map { !"._-".utf8.contains($0) } ?? false
      guard isPlain, startsPlain, part.utf8.count <= maximumLength else {
        throw OCIError(
          .invalidPlatform, "\(text.quotedForMessage) is not a platform: its parts are lower-case letters and digits, as in linux/arm64/v8")
      }
    }
    let architecture =
      switch parts[1] {
      case "x86_64": "amd64"
      case "aarch64": "arm64"
      default: parts[1]
      }
    self.init(os: parts[0], architecture: architecture, variant: parts.count == 3 ? parts[2] : nil)
  }

  /// The variant that the architecture has when none is said: `v8` for arm64, `v7` for arm, `v1` for amd64 (containerd, `platforms`).
  private var effectiveVariant: String? {
    if let variant { return variant }
    switch architecture {
    case "arm64": return "v8"
    case "arm": return "v7"
    case "amd64": return "v1"
    default: return nil
    }
  }

  /// Whether an image for this platform is one for the platform asked for.
  ///
  /// Operating system and architecture are the same; so is the variant, where a missing one means the architecture's usual one;
  /// and the version of the operating system if one was asked for.
  public func matches(_ requested: Platform) -> Bool {
    os == requested.os && architecture == requested.architecture && effectiveVariant == requested.effectiveVariant
      && (requested.osVersion == nil || osVersion == requested.osVersion)
  }
}

extension Platform: CustomStringConvertible {
  /// `os/architecture`, and `/variant` if there is one.
  public var description: String { os + "/" + architecture + (variant.map { "/" + $0 } ?? "") }
}

extension Platform: Codable {
  private enum CodingKeys: String, CodingKey {
    case os
    case architecture
    case variant
    case osVersion = "os.version"
    case osFeatures = "os.features"
  }

  /// Reads the object that indexes hold.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      os: container.decode(String.self, forKey: .os), architecture: container.decode(String.self, forKey: .architecture),
      variant: container.decodeIfPresent(String.self, forKey: .variant),
      osVersion: container.decodeIfPresent(String.self, forKey: .osVersion),
      osFeatures: container.decodeIfPresent([String].self, forKey: .osFeatures) ?? [])
  }

  /// Writes the object that indexes hold.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(os, forKey: .os)
    try container.encode(architecture, forKey: .architecture)
    try container.encodeIfPresent(variant, forKey: .variant)
    try container.encodeIfPresent(osVersion, forKey: .osVersion)
    if !osFeatures.isEmpty { try container.encode(osFeatures, forKey: .osFeatures) }
  }
}
