/// The names and files of an OCI image layout: a directory that holds images as a registry would.
///
/// OCI image-spec, image-layout.md. Values only: reading the files is the importer's work.
public enum ImageLayout {
  /// The file that marks a layout, relative to its root.
  public static let headerPath = "oci-layout"

  /// The file that lists the layout's images, relative to its root.
  public static let indexPath = "index.json"

  /// The version of layouts there is.
  public static let version = "1.0.0"

  /// The annotation by which `index.json` names its entries (annotations.md).
  public static let referenceNameAnnotation = "org.opencontainers.image.ref.name"

  /// Where the content with that digest lies, relative to the layout's root: `blobs/sha256/<hex>`.
  public static func blobPath(of digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

  private struct Header: Decodable {
    let imageLayoutVersion: String
  }

  /// Checks the bytes of `oci-layout`.
  /// - Throws: `OCIError.Code.unsupportedContent` for another version than 1.0.0; `malformedContent`, `tooLarge` or `ambiguousContent` when
  ///   it is not such a file.
  public static func validateHeader(_ bytes: [UInt8]) throws(OCIError) {
    // The file holds one short string.
    let header = try JSONDocument.decode(
      Header.self, from: bytes, guard: JSONGuard(maximumBytes: 4096, maximumTokens: 64), subject: "oci-layout file")
    guard header.imageLayoutVersion == version else {
      throw OCIError(
        .unsupportedContent, "the image layout has version \(header.imageLayoutVersion.quotedForMessage) and only \(version) is supported")
    }
  }

  /// Reads the bytes of `index.json`.
  /// - Throws: what `ManifestContent.parse` throws; `OCIError.Code.malformedContent` when it is a manifest.
  public static func parseIndex(_ bytes: [UInt8]) throws(OCIError) -> ImageIndex {
    guard case .index(let index) = try ManifestContent.parse(bytes: bytes) else {
      throw OCIError(.malformedContent, "index.json is a manifest and must be an index")
    }
    return index
  }
}

extension Descriptor {
  /// The name that an image layout gives this entry, or nil.
  public var referenceName: String? { annotations[ImageLayout.referenceNameAnnotation] }
}

extension ImageIndex {
  /// The entry that has that name in an image layout.
  /// - Throws: `OCIError.Code.notFound` when no entry has it; `ambiguousContent` when entries with different digests have it.
  public func descriptor(named name: String) throws(OCIError) -> Descriptor {
    let found = manifests.filter { $0.referenceName == name }
    guard let first = found.first else {
      throw OCIError(.notFound, "the image layout has no entry named \(name.quotedForMessage)")
    }
    guard found.allSatisfy({ $0.digest == first.digest }) else {
      throw OCIError(
        .ambiguousContent, "the image layout has \(found.count) entries named \(name.quotedForMessage); ask for one by its digest")
    }
    return first
  }
}
