internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of an image i, whose key names its digest:
//   manifests/i holds the bytes that hash to i, and configurations/c those that hash to the configuration that they name
//   parents/m/i exists exactly for the manifests m that an index i lists, whether they are in the store or not
//   parts/d/i exists exactly when image i has layer or configuration d or names d as its base, once `indexed` exists

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
    var record = Isdb_V1_ImageRecord(content, repository: repository)
    record.added = time.millisecondsSinceEpoch
    if try isFirstImage() { try view.put(Keyspace.indexed, []) }
    for part in record.parts { try view.put(Keyspace.part(part, content.digest), []) }
    try view.put(key, try RecordCoding.encode(record))
    return added + 1
  }

  /// Whether the store has no image and never said that its images are indexed.
  private mutating func isFirstImage() throws -> Bool {
    guard try get(Keyspace.indexed) == nil else { return false }
    return try images(limit: 1).elements.isEmpty
  }
}
