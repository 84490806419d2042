internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The stream of that name, or nil when it was never made.
  public mutating func imageStream(_ name: ImageStreamName) throws -> ImageStream? {
    try get(Keyspace.stream(name)).map { try ImageStream($0) }
  }

  /// Streams by name.
  ///
  /// - Parameters:
  ///   - namespace: nil means all namespaces.
  ///   - after: the last stream of the page before; nil begins at the beginning.
  ///   - limit: the most to answer with; 0 means all.
  public mutating func imageStreams(
    in namespace: String? = nil, after: ImageStreamName? = nil, limit: Int = 0
  ) throws -> Page<ImageStream> {
    var range = Keyspace.streams(in: namespace)
    if let after { range = range.after(Keyspace.stream(after)) }
    return try page(range, limit: limit) { try ImageStream($0) }
  }

  /// The tag of that name, or nil when there is none.
  public mutating func tag(_ name: ImageStreamTagName) throws -> Tag? { try get(Keyspace.tag(name)).map { try Tag($0) } }

  /// Tags by name.
  ///
  /// - Parameters:
  ///   - after: the last tag of the page before; nil begins at the beginning.
  ///   - limit: the most to answer with; 0 means all.
  public mutating func tags(in scope: TagScope, after: ImageStreamTagName? = nil, limit: Int = 0) throws -> Page<Tag> {
    var range = Keyspace.tags(in: scope)
    if let after { range = range.after(Keyspace.tag(after)) }
    return try page(range, limit: limit) { try Tag($0) }
  }

  /// The image that a tag points at.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, or no import of it has succeeded yet.
  /// - Complexity: one lookup, whatever the size of the stream and of the history.
  public mutating func resolve(_ name: ImageStreamTagName) throws -> ResolvedImage {
    guard let tag = try tag(name) else { throw StoreError.noTag(name) }
    guard let event = tag.newest else {
      throw StoreError(
        .notFound,
        "tag \(name) has no image yet: \(tag.importCondition?.message ?? "nothing was imported"); import it again or tag an image")
    }
    return ResolvedImage(image: event.image, pullSpec: event.pullSpec, event: event)
  }

  /// The image of a stream, by digest or the beginning of one: the newest event of any of its tags that has it.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `ambiguous` when several images of the stream begin so.
  public mutating func resolve(_ name: ImageStreamImageName) throws -> ResolvedImage {
    var found: [Digest: TagEvent] = [:]
    let range = Keyspace.events(of: name.stream)
    try forEach(RangeQuery(range)) { keyValue in
      let event = try TagEvent(keyValue)
      if name.digest.matches(event.image), found[event.image].map({ $0.revision < event.revision }) ?? true { found[event.image] = event }
      return true
    }
    guard let event = found.values.first else {
      throw StoreError(.notFound, "no image of \(name.stream) begins with \(name.digest); see isdb describe \(name.stream)")
    }
    guard found.count == 1 else {
      let names = found.keys.sorted().prefix(3).map(\.description).joined(separator: ", ")
      throw StoreError(.ambiguous, "several images of \(name.stream) begin with \(name.digest): \(names); give more digits")
    }
    return ResolvedImage(image: event.image, pullSpec: event.pullSpec, event: event)
  }
}

extension StoreError {
  static func noTag(_ name: ImageStreamTagName) -> StoreError {
    StoreError(.notFound, "there is no tag \(name); see isdb list \(name.stream)")
  }
}
