internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// The most events that go with a tag in one revision. Each takes two of the changes that one write may have: the event, and a reference.
  public static let maximumEventsPerUntag = 1_000

  /// Removes a tag, its events and its references in one revision. Earlier revisions still show them. The stream stays.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `tooLarge` when its history is longer than `maximumEventsPerUntag`; trim it first.
  public mutating func untag(_ name: ImageStreamTagName) throws {
    guard try get(Keyspace.tag(name)) != nil else { throw StoreError.noTag(name) }
    let record = try tagRecord(name)
    guard record.eventCount <= Self.maximumEventsPerUntag else {
      throw StoreError(
        .tooLarge,
        "tag \(name) has \(record.eventCount) events; the limit of one removal is \(Self.maximumEventsPerUntag): trim its history first")
    }
    for event in try oldestEvents(of: name, count: 0) { try removeOldest(event) }
    try view.delete(Keyspace.tag(name))
  }
}

extension ImageStore {
  /// Removes a tag with its history. Earlier revisions still show both. The stream stays.
  ///
  /// A history of more events than one write may change goes first, oldest events first, in several revisions.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag.
  public func untag(_ name: ImageStreamTagName) async throws {
    while try await write({ try $0.trimHistory(of: name, to: ImageStreamWriter.maximumEventsPerUntag) }).value {}
    try await write { try $0.untag(name) }
  }
}
