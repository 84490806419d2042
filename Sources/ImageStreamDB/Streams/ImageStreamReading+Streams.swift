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
  /// - Complexity: O(answer).
  public mutating func imageStreams(
    in namespace: String? = nil, after: ImageStreamName? = nil, limit: Int = 0
  ) throws -> Page<ImageStream> {
    var range = Keyspace.streams(in: namespace)
    if let after { range = range.after(Keyspace.stream(after)) }
    return try page(range, limit: limit) { try ImageStream($0) }
  }
}
