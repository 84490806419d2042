internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The image of a stream, by digest or the beginning of one: what the newest event of any of its tags has, or one of the images of an index that
  /// such an event has.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `ambiguous` when several images of the stream begin so.
  /// - Complexity: O(tags of the stream that have the image), whatever the size of the stream and of its histories.
  public mutating func resolve(_ name: ImageStreamImageName) throws -> ResolvedImage {
    var found: [ResolvedImage] = []
    for digest in try candidates(name.digest) {
      if let event = try newestEvent(with: digest, in: name.stream) {
        found.append(ResolvedImage(image: digest, pullSpec: event.pullSpec, event: event))
        continue
      }
      var events: [TagEvent] = []
      for index in try indexes(containing: digest) {
        if let event = try newestEvent(with: index, in: name.stream) { events.append(event) }
      }
      guard let event = events.max(by: { $0.revision < $1.revision }) else { continue }
      found.append(ResolvedImage(image: digest, pullSpec: try PullSpec.of(digest, besides: event.pullSpec), event: event))
    }
    guard let image = found.first else {
      throw StoreError(.notFound, "no image of \(name.stream) begins with \(name.digest); see isdb describe \(name.stream)")
    }
    guard found.count == 1 else {
      let names = found.prefix(3).compactMap { $0.image?.description }.joined(separator: ", ")
      throw StoreError(.ambiguous, "several images of \(name.stream) begin with \(name.digest): \(names); give more digits")
    }
    return image
  }

  /// The digests that begin so and that any tag, or any index, has; each once.
  private mutating func candidates(_ prefix: DigestPrefix) throws -> [Digest] {
    var digests = try imagesInHistories(prefix)
    for range in Keyspace.parents(matching: prefix) {
      for text in try components(of: range, behind: Keyspace.parents) {
        if let digest = try? Digest(text), prefix.matches(digest) { digests.insert(digest) }
      }
    }
    return digests.sorted()
  }

  /// The digests that begin so and that the history of any tag has.
  mutating func imagesInHistories(_ prefix: DigestPrefix) throws -> Set<Digest> {
    var digests: Set<Digest> = []
    for range in Keyspace.references(matching: prefix) {
      for short in try components(of: range, behind: Keyspace.references) {
        try forEach(RangeQuery(Keyspace.references(to: short))) { keyValue in
          let record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
          let digest = try RecordCoding.digest(record.image, in: keyValue.key)
          if prefix.matches(digest) { digests.insert(digest) }
          return false
        }
      }
    }
    return digests
  }

  /// The newest event of any tag of `stream` that points at `digest`.
  private mutating func newestEvent(with digest: Digest, in stream: ImageStreamName) throws -> TagEvent? {
    var newest: TagEvent?
    for (tag, record) in try references(in: Keyspace.references(to: digest, from: stream), to: digest) {
      guard let event = try event(record.newestSequence, of: tag) else { continue }
      if newest.map({ $0.revision < event.revision }) ?? true { newest = event }
    }
    return newest
  }

  /// The different words between `prefix` and the next slash in the keys of `range`: one lookup for each, whatever lies behind it.
  private mutating func components(of range: KeyRange, behind prefix: String) throws -> [String] {
    var words: [String] = []
    var rest = range
    while true {
      var next: String?
      try forEach(RangeQuery(rest, limit: 1, keysOnly: true)) { keyValue in
        next = String(Keyspace.name(keyValue.key, after: prefix).prefix { $0 != "/" })
        return false
      }
      guard let word = next, let end = KeyRange.prefix(Array("\(prefix)\(word)/".utf8)).upper else { return words }
      words.append(word)
      rest = KeyRange(from: end, upTo: range.upper)
    }
  }
}
