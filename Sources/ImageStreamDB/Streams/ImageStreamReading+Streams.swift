internal import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The stream of that name, or nil when there is none.
  public mutating func imageStream(_ name: ImageStreamName) throws -> ImageStream? {
    try get(Keyspace.stream(name)).map { try ImageStream($0) }
  }

  /// Streams by name.
  ///
  /// - Parameters:
  ///   - namespace: nil means all namespaces.
  ///   - after: the last stream of the page before; nil begins at the beginning.
  ///   - limit: the most to answer with; 0 means all.
  ///   - selector: only streams with such labels; nil means all.
  /// - Complexity: O(answer); with a selector, O(streams looked at).
  public mutating func imageStreams(
    in namespace: String? = nil, after: ImageStreamName? = nil, limit: Int = 0, matching selector: LabelSelector? = nil
  ) throws -> Page<ImageStream> {
    var range = Keyspace.streams(in: namespace)
    if let after { range = range.after(Keyspace.stream(after)) }
    guard let selector else { return try page(range, limit: limit) { try ImageStream($0) } }
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    var found: [ImageStream] = []
    var hasMore = false
    try forEach(RangeQuery(range)) { keyValue in
      let stream = try ImageStream(keyValue)
      guard selector.matches(stream.labels) else { return true }
      hasMore = limit > 0 && found.count == limit
      if !hasMore { found.append(stream) }
      return !hasMore
    }
    return Page(elements: found, hasMore: hasMore)
  }
}
