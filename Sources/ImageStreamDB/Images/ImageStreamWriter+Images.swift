internal import ImageRecords
internal import MVCC
internal import OCI

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
    try view.put(Keyspace.blob(content.digest), content.manifest)
    if let configuration = content.configuration, case .manifest(let manifest) = content.parsed {
      let configurationKey = Keyspace.blob(manifest.configuration.digest)
      if try get(configurationKey) == nil { try view.put(configurationKey, configuration) }
    }
    try view.put(key, try RecordCoding.encode(Isdb_V1_ImageRecord(content, repository: repository)))
    return added + 1
  }
}
