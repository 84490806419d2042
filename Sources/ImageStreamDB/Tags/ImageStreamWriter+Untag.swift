internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// The most events that go with a tag in one revision. Each takes two of the changes that one write may have: the event, and a reference.
  public static let maximumEventsPerUntag = 1_000

  /// Removes a tag, its events and its references in one revision. Earlier revisions still show them. The stream stays.
  ///
  /// - Parameter overridesProtection: whether a tag that is protected is meant, too.
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `protected` when a rule forbids it, `tooLarge` when its history is longer than
  ///   `maximumEventsPerUntag`; trim it first.
  public mutating func untag(_ name: ImageStreamTagName, overridesProtection: Bool = false) throws {
    let record = try existingTagRecord(name)
    try checkRemoval(of: name, record, overridesProtection)
    guard record.eventCount <= Self.maximumEventsPerUntag else {
      throw StoreError(
        .tooLarge,
        "tag \(name) has \(record.eventCount) events; the limit of one removal is \(Self.maximumEventsPerUntag): trim its history first")
    }
    for event in try oldestEvents(of: name, count: 0) { try removeOldest(event) }
    if record.hasHold { try view.delete(Keyspace.hold(name)) }
    if record.hasSpec, let followed = try TagSpec(record.spec).followedTag(in: name.stream) {
      try view.delete(Keyspace.follower(name, of: followed))
    }
    if try get(Keyspace.policy(name)) != nil { try removePolicy(of: name) }
    try view.delete(Keyspace.tag(name))
    // The stream changed, whether its spec did or not: whoever compares revisions of streams is to see it.
    if record.hasSpec { _ = try advanceGeneration(of: name.stream) } else { try put(try streamRecord(name.stream), name.stream) }
    // A policy may have lost its choice.
    try moveFollowers(of: name)
  }

  /// - Throws: `StoreError` with code `protected` when a rule forbids that a tag is removed.
  mutating func checkRemoval(of name: ImageStreamTagName, _ record: Isdb_V1_TagRecord, _ overridesProtection: Bool) throws {
    guard record.hasNewest, let rule = try protection(of: name) else { return }
    if let reason = rule.refusal(ofPeople: true, overridesProtection: overridesProtection, name) { throw StoreError(.protected, reason) }
  }
}

extension ImageStore {
  /// Removes a tag with its history. Earlier revisions still show both. The stream stays.
  ///
  /// A history of more events than one write may change goes first, oldest events first, in several revisions.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `protected` when a rule forbids it.
  public func untag(_ name: ImageStreamTagName, overridesProtection: Bool = false) async throws {
    while try await write({ writer in
      try writer.checkRemoval(of: name, writer.existingTagRecord(name), overridesProtection)
      return try writer.trimHistory(of: name, to: ImageStreamWriter.maximumEventsPerUntag)
    }).value {}
    try await write { try $0.untag(name, overridesProtection: overridesProtection) }
  }
}
