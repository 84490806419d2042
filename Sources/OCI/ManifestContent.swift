/// What the bytes that a registry calls a manifest turned out to be.
public enum ManifestContent: Hashable, Sendable {
  /// One image or artifact.
  case manifest(Manifest)

  /// A list of manifests.
  case index(ImageIndex)

  /// The kind, as found out by `parse`.
  public var mediaType: MediaType {
    switch self {
    case .manifest(let manifest): manifest.mediaType
    case .index(let index): index.mediaType
    }
  }

  /// The kind of artifact, or nil.
  public var artifactType: MediaType? {
    switch self {
    case .manifest(let manifest): manifest.artifactType
    case .index(let index): index.artifactType
    }
  }

  /// The manifest that this one is about, or nil.
  public var subject: Descriptor? {
    switch self {
    case .manifest(let manifest): manifest.subject
    case .index(let index): index.subject
    }
  }

  /// Remarks.
  public var annotations: [String: String] {
    switch self {
    case .manifest(let manifest): manifest.annotations
    case .index(let index): index.annotations
    }
  }

  /// Reads a manifest or an index, Docker's or OCI's.
  ///
  /// The kind comes from the declared media type, from the body's own `mediaType`, or, when neither says one, from the fields. Whatever
  /// could be read as two kinds is refused (CVE-2021-41190): two media types that differ, fields of another kind such as `manifests`
  /// beside `layers`, and such fields in another case, which readers written in Go would take for the real ones. Unknown fields are
  /// ignored.
  /// - Parameter mediaType: what the source declared, such as the `Content-Type` of a registry; nil, or a general type such as
  ///   `application/json`, when it said nothing.
  /// - Throws: `OCIError.Code.tooLarge`, `malformedContent`, `ambiguousContent`, or `unsupportedContent` for Docker schema 1 and for media
  ///   types that are neither manifest nor index.
  /// - Complexity: O(n), of at most 4 MiB.
  public static func parse(bytes: [UInt8], mediaType declared: MediaType? = nil) throws(OCIError) -> ManifestContent {
    let subject = "manifest"
    let outline = try JSONGuard.manifest.check(bytes, subject: subject)
    guard let keys = outline.topLevelKeys else { throw OCIError(.malformedContent, "the manifest is JSON but not an object") }
    try refuseMiscasedKeys(keys)
    let header = try JSONDocument.decodeChecked(ManifestHeader.self, from: bytes, subject: subject)
    let mediaType = try kind(declared: declared, header: header, keys: keys)
    if mediaType.isIndex {
      try refuse(["config", "layers", "fsLayers"], in: keys, of: mediaType)
      guard keys.contains("manifests") else { throw OCIError(.malformedContent, "the index has no manifests") }
      return .index(ImageIndex(try JSONDocument.decodeChecked(ImageIndex.Body.self, from: bytes, subject: "index"), mediaType: mediaType))
    }
    try refuse(["manifests", "fsLayers"], in: keys, of: mediaType)
    return .manifest(Manifest(try JSONDocument.decodeChecked(Manifest.Body.self, from: bytes, subject: subject), mediaType: mediaType))
  }

  /// The fields that tell the kinds apart.
  private static let tellingKeys = ["schemaVersion", "mediaType", "config", "layers", "manifests", "fsLayers"]

  /// Registries that do not know better answer with these; they declare nothing.
  private static let generalTypes: Set<MediaType> = [
    MediaType("application/json"), MediaType("application/octet-stream"), MediaType("binary/octet-stream"), MediaType("text/plain"),
    MediaType(""),
  ]

  private static func kind(declared: MediaType?, header: ManifestHeader, keys: Set<String>) throws(OCIError) -> MediaType {
    let declared = declared.flatMap { generalTypes.contains($0) ? nil : $0 }
    let isSchema1 = header.schemaVersion == 1 || keys.contains("fsLayers") && !keys.contains("layers") && !keys.contains("manifests")
    if declared?.isDockerSchema1 ?? header.mediaType?.isDockerSchema1 ?? isSchema1 || isSchema1 {
      throw OCIError(
        .unsupportedContent,
        "the manifest is Docker schema 1, which is not supported: its digest does not cover its bytes; push the image again with a current client"
      )
    }
    if let declared, let own = header.mediaType, declared != own {
      throw OCIError(
        .ambiguousContent,
        "the manifest is declared as \(declared.rawValue.quotedForMessage) and says of itself that it is \(own.rawValue.quotedForMessage)")
    }
    guard header.schemaVersion == 2 else {
      let version = header.schemaVersion.map { "schemaVersion \($0)" } ?? "no schemaVersion"
      throw OCIError(.malformedContent, "the manifest has \(version) and must have 2")
    }
    if let stated = declared ?? header.mediaType {
      guard stated.isIndex || stated.isManifest else {
        throw OCIError(
          .unsupportedContent, "\(stated.rawValue.quotedForMessage) is not supported: it is neither an OCI or Docker manifest nor an index")
      }
      return stated
    }
    if keys.contains("manifests") { return .ociIndex }
    guard keys.contains("config") || keys.contains("layers") else {
      throw OCIError(.malformedContent, "the content is neither manifest nor index: it has no mediaType, config, layers or manifests")
    }
    return header.config?.mediaType == MediaType.dockerConfiguration.rawValue ? .dockerManifest : .ociManifest
  }

  private static func refuse(_ foreign: [String], in keys: Set<String>, of mediaType: MediaType) throws(OCIError) {
    if let key = foreign.first(where: keys.contains) {
      throw OCIError(
        .ambiguousContent,
        "the content is \(mediaType) and has \(key.quotedForMessage), which belongs to another kind; it is not read as either")
    }
  }

  private static func refuseMiscasedKeys(_ keys: Set<String>) throws(OCIError) {
    let telling = Set(tellingKeys.map { $0.lowercased() })
    for key in keys.sorted() where !tellingKeys.contains(key) && telling.contains(key.lowercased()) {
      throw OCIError(
        .ambiguousContent, "the manifest has the key \(key.quotedForMessage), which some readers take for another spelt with other letters")
    }
  }
}

/// The fields by which `ManifestContent.parse` tells what it has before it.
private struct ManifestHeader: Decodable {
  struct Config: Decodable {
    let mediaType: String?
  }

  let schemaVersion: Int?
  let mediaType: MediaType?
  let config: Config?

  private enum CodingKeys: String, CodingKey {
    case schemaVersion
    case mediaType
    case config
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try container.decodeIfPresent(Int.self, forKey: .schemaVersion)
    mediaType = try container.decodeIfPresent(String.self, forKey: .mediaType).flatMap { $0.isEmpty ? nil : MediaType($0) }
    config = try container.decodeIfPresent(Config.self, forKey: .config)
  }
}
