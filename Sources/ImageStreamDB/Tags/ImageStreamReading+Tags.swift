internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The tag of that name, or nil when there is none.
  public mutating func tag(_ name: ImageStreamTagName) throws -> Tag? { try get(Keyspace.tag(name)).map { try Tag($0, name) } }

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

  /// The image that a tag points at, and where it is pulled from by the tag's reference policy.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, or no import of it has succeeded yet.
  /// - Complexity: one lookup, whatever the size of the stream and of the history.
  public mutating func resolve(_ name: ImageStreamTagName) throws -> ResolvedImage {
    let key = Keyspace.tag(name)
    guard let keyValue = try get(key) else { throw StoreError.noTag(name) }
    let record = try Isdb_V1_TagRecord(stored: keyValue)
    guard record.hasNewest else {
      let message = record.hasImportCondition ? record.importCondition.message : "nothing was imported"
      throw StoreError(.notFound, "tag \(name) has no image yet: \(message); import it again or tag an image")
    }
    let event = try TagEvent(record.newest, tag: name, in: key)
    var pullSpec = event.pullSpec
    if record.spec.local, let image = event.image { pullSpec = try localPullSpec(of: image, in: name.stream) ?? pullSpec }
    return ResolvedImage(image: event.image, pullSpec: pullSpec, event: event)
  }

  /// Where a stream's images are pulled from by the local policy: the stream's repository in the store's own registry, or else the one that it is
  /// imported from as a whole; nil when it has neither.
  private mutating func localPullSpec(of image: Digest, in stream: ImageStreamName) throws -> String? {
    if let repository = try registryHosts().repository(of: stream) { return "\(repository)@\(image)" }
    guard let repository = try imageStream(stream)?.repository else { return nil }
    return try? PullSpec.of(image, besides: repository)
  }
}

extension StoreError {
  static func noTag(_ name: ImageStreamTagName) -> StoreError {
    StoreError(.notFound, "there is no tag \(name); see isdb list \(name.stream)")
  }
}
