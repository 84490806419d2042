internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Makes an image stream without tags. Does nothing when it is there: moving a tag makes its stream by itself.
  public mutating func makeImageStream(_ name: ImageStreamName) throws {
    guard try get(Keyspace.stream(name)) == nil else { return }
    var record = Isdb_V1_StreamRecord()
    record.created = time.millisecondsSinceEpoch
    try view.put(Keyspace.stream(name), try RecordCoding.encode(record))
  }

  /// Removes an image stream that has no tags. The images that its tags had stay.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `conflict` when the stream has tags.
  public mutating func removeImageStream(_ name: ImageStreamName) throws {
    guard try imageStream(name) != nil else { throw StoreError.noStream(name) }
    if let tag = try tags(in: .stream(name), limit: 1).elements.first {
      throw StoreError(.conflict, "image stream \(name) still has tags, \(tag.name) among them; remove them first")
    }
    try view.delete(Keyspace.stream(name))
  }
}

extension ImageStore {
  /// Removes an image stream with its tags and their histories, in several revisions. Earlier revisions still show them; images stay.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `conflict` when a tag was added meanwhile.
  public func removeImageStream(_ name: ImageStreamName) async throws {
    while let tag = try read({ try $0.tags(in: .stream(name), limit: 1).elements.first }) { try await untag(tag.name) }
    try await write { try $0.removeImageStream(name) }
  }
}

extension StoreError {
  static func noStream(_ name: ImageStreamName) -> StoreError {
    StoreError(.notFound, "there is no image stream \(name); see isdb list streams")
  }
}
