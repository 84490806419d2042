internal import ImageRecords
internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The different images that the tags of a stream have, or had.
  ///
  /// - Complexity: O(events of the stream).
  public mutating func imageCount(in stream: ImageStreamName) throws -> Int {
    var images: Set<String> = []
    for tag in try tags(in: .stream(stream)).elements {
      try forEach(RangeQuery(Keyspace.events(of: tag.name))) { keyValue in
        let record: Isdb_V1_TagEventRecord = try RecordCoding.decode(keyValue)
        if !record.image.isEmpty { images.insert(record.image) }
        return true
      }
    }
    return images.count
  }
}
