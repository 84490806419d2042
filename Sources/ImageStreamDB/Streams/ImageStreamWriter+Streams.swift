internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Makes an image stream without tags. Does nothing when it is there: moving a tag makes its stream by itself.
  public mutating func makeImageStream(_ name: ImageStreamName) throws {
    guard try get(Keyspace.stream(name)) == nil else { return }
    try put(try streamRecord(name), name)
  }

  /// Removes an image stream that has no tags. The images that its tags had stay.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `conflict` when the stream has tags.
  public mutating func removeImageStream(_ name: ImageStreamName) throws {
    guard try imageStream(name) != nil else { throw StoreError.noStream(name) }
    if let tag = try tags(in: .stream(name), limit: 1).elements.first {
      throw StoreError(.conflict, "image stream \(name) still has tags, \(tag.name) among them; remove them first")
    }
    try removePolicies(in: .stream(name))
    try view.delete(Keyspace.stream(name))
  }

  /// Changes the annotations, labels or other settings of a stream, which is made when it is missing. The generation moves when its spec does: with the
  /// lookup policy and the repository, not with annotations and labels.
  ///
  /// - Throws: `StoreError` with code `tooLarge` when annotations and labels take more than `maximumAnnotationBytes`.
  public mutating func updateImageStream(
    _ name: ImageStreamName, annotations: [String: String]? = nil, labels: [String: String]? = nil, usesLocalLookup: Bool? = nil
  ) throws {
    let before = try streamRecord(name)
    var record = before
    if let annotations { record.annotations = annotations }
    if let labels { record.labels = labels }
    if let usesLocalLookup { record.localLookup = usesLocalLookup }
    try checkAnnotations(record, name)
    let isNew = try get(Keyspace.stream(name)) == nil
    if !isNew, record.localLookup != before.localLookup { record.generation += 1 }
    if isNew || record != before { try put(record, name) }
  }

  /// The most bytes of the annotations of one object: Kubernetes' limit, apimachinery's TotalAnnotationSizeLimitB.
  public static let maximumAnnotationBytes = 262_144

  func checkAnnotations(_ record: Isdb_V1_StreamRecord, _ name: ImageStreamName) throws(StoreError) {
    for (texts, what) in [(record.annotations, "annotations"), (record.labels, "labels")] {
      let byteCount = texts.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      guard byteCount <= Self.maximumAnnotationBytes else {
        throw StoreError(
          .tooLarge, "the \(what) of image stream \(name) have \(byteCount) bytes; the limit is \(Self.maximumAnnotationBytes)")
      }
    }
  }

  // MARK: Records

  /// The record of a stream; a new one of generation 1 when there is none.
  mutating func streamRecord(_ name: ImageStreamName) throws -> Isdb_V1_StreamRecord {
    var record = Isdb_V1_StreamRecord()
    if let keyValue = try get(Keyspace.stream(name)) {
      record = try RecordCoding.decode(keyValue)
    } else {
      record.created = time.millisecondsSinceEpoch
    }
    record.generation = max(1, record.generation)
    return record
  }

  mutating func put(_ record: Isdb_V1_StreamRecord, _ name: ImageStreamName) throws {
    try view.put(Keyspace.stream(name), try RecordCoding.encode(record))
  }

  /// Counts a change of the spec; answers the stream's new generation. The first change of a stream that is made with it has generation 1.
  mutating func advanceGeneration(of name: ImageStreamName) throws -> Int64 {
    var record = try streamRecord(name)
    if try get(Keyspace.stream(name)) != nil { record.generation += 1 }
    try put(record, name)
    return record.generation
  }
}

extension ImageStore {
  /// Removes an image stream with its tags and their histories, in several revisions. Earlier revisions still show them; images stay.
  ///
  /// - Throws: `StoreError` with code `notFound`, `protected` when a rule forbids the removal of one of its tags, or `conflict` when a tag was added meanwhile.
  public func removeImageStream(_ name: ImageStreamName, overridesProtection: Bool = false) async throws {
    while let tag = try read({ try $0.tags(in: .stream(name), limit: 1).elements.first }) {
      try await untag(tag.name, overridesProtection: overridesProtection)
    }
    try await write { try $0.removeImageStream(name) }
  }
}

extension StoreError {
  static func noStream(_ name: ImageStreamName) -> StoreError {
    StoreError(.notFound, "there is no image stream \(name); see isdb list streams")
  }
}
