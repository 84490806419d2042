public import OCI

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Real manifests, indexes and configurations, byte for byte, kept outside the repository.
///
/// They lie in `oci/` of the folder that `ISDB_TEST_DATA` names, or of `shared/data` beside a folder above this file. Tests that need them
/// say `.enabled(if: RegistrySamples.arePresent, RegistrySamples.notice)`.
public enum RegistrySamples {
  /// One file: `kind-<sha256 of its bytes>.json`.
  public struct Sample: Sendable, CustomStringConvertible {
    /// What the file's name says it is.
    public let kind: Kind

    /// The digest that the file's name holds.
    public let digest: Digest

    /// The file's bytes.
    public let bytes: [UInt8]

    /// The file's name, with its folder's.
    public let description: String
  }

  /// What a sample is.
  public enum Kind: String, Sendable {
    /// A manifest, Docker's or OCI's.
    case manifest
    /// An OCI index or a Docker manifest list.
    case index
    /// An image configuration.
    case configuration = "config"
    /// A Docker schema 1 manifest.
    case schema1
  }

  /// What a skipped test says.
  public static let notice = "real image metadata is not here; set ISDB_TEST_DATA to the folder that holds oci/"

  /// Whether the samples are here.
  public static var arePresent: Bool { folder != nil }

  /// Every sample, by name; none when they are not here.
  public static func all() throws -> [Sample] {
    guard let folder else { return [] }
    let files = FileManager.default
    var samples: [Sample] = []
    for source in try files.contentsOfDirectory(atPath: folder).sorted() {
      for name in try files.contentsOfDirectory(atPath: folder + "/" + source).sorted() where name.hasSuffix(".json") {
        let parts = name.dropLast(".json".count).split(separator: "-")
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { continue }
        let path = folder + "/" + source + "/" + name
        let bytes = try Array(Data(contentsOf: URL(filePath: path)))
        samples.append(Sample(kind: kind, digest: try Digest("sha256:" + parts[1]), bytes: bytes, description: source + "/" + name))
      }
    }
    return samples
  }

  private static let folder = TestData.path("oci")
}
