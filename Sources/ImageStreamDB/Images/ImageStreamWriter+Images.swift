internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of an image i, whose key names its digest:
//   manifests/i holds the bytes that hash to i, and configurations/c those that hash to the configuration that they name
//   parents/m/i exists exactly for the manifests m that an index i lists, whether they are in the store or not

extension ImageStreamWriter {
  /// Adds an image with its manifest, configuration and, for an index, the images below it that came along. One that is there already is left as it is:
  /// images are immutable.
  ///
  /// - Parameter repository: where it was found, such as `quay.io/shop/web`; nil for a layout.
  /// - Returns: how many images were new.
  @discardableResult
  public mutating func add(_ content: ImageContent, repository: String? = nil) throws -> Int {
    var added = 0
    for child in content.children { added += try add(child, repository: repository) }
    let key = Keyspace.image(content.digest)
    guard try get(key) == nil else { return added }
    try view.put(Keyspace.manifest(content.digest), content.manifest)
    switch content.parsed {
    case .manifest(let manifest):
      let configurationKey = Keyspace.configuration(manifest.configuration.digest)
      if let configuration = content.configuration, try get(configurationKey) == nil { try view.put(configurationKey, configuration) }
    case .index(let index):
      for manifest in index.manifests { try view.put(Keyspace.parent(manifest.digest, content.digest), []) }
    }
    try view.put(key, try RecordCoding.encode(Isdb_V1_ImageRecord(content, repository: repository)))
    return added + 1
  }
}
