internal import MVCC
public import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The image of that digest, or nil when it was never imported.
  public mutating func image(_ digest: Digest) throws -> Image? {
    try get(Keyspace.image(digest)).map { try Image($0) }
  }

  /// The one image whose digest begins so.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `ambiguous` when several do.
  public mutating func image(matching prefix: DigestPrefix) throws -> Image {
    var found: [KeyValue] = []
    for range in Keyspace.images(matching: prefix) {
      try forEach(RangeQuery(range, limit: 3)) { keyValue in
        found.append(keyValue)
        return true
      }
    }
    guard let first = found.first else { throw StoreError(.notFound, "no image begins with \(prefix); see isdb list images") }
    guard found.count == 1 else {
      let names = found.prefix(3).map { Keyspace.name($0.key, after: Keyspace.images) }.joined(separator: ", ")
      throw StoreError(.ambiguous, "several images begin with \(prefix): \(names); give more digits")
    }
    return try Image(first)
  }

  /// Images by digest.
  ///
  /// - Parameters:
  ///   - after: the last digest of the page before; nil begins at the beginning.
  ///   - limit: the most to answer with; 0 means all.
  public mutating func images(after: Digest? = nil, limit: Int = 0) throws -> Page<Image> {
    var range = KeyRange.prefix(Array(Keyspace.images.utf8))
    if let after { range = range.after(Keyspace.image(after)) }
    return try page(range, limit: limit) { try Image($0) }
  }

  /// The exact bytes of a manifest or configuration, or nil when they were never imported.
  ///
  /// - Throws: `StoreError` with code `corrupt` when they do not hash to their digest any more.
  public mutating func blob(_ digest: Digest) throws -> [UInt8]? {
    guard let keyValue = try get(Keyspace.manifest(digest)) ?? get(Keyspace.configuration(digest)) else { return nil }
    do {
      try digest.verify(keyValue.value)
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "does not hash to its digest", cause: error)
    }
    return keyValue.value
  }
}
