internal import ImageRecords
public import MVCC

extension ImageStore {
  /// Brings a removed tag back as it was before its removal: what it points at, its history, its spec and its hold.
  ///
  /// A history that went in several revisions comes back whole, as far as compaction has left it, oldest events last, in several revisions. Tags that it
  /// followed are not caught up with: what it points at is what it pointed at.
  ///
  /// - Throws: `StoreError` with code `notFound` when no removed tag of that name is kept, `alreadyExists` when there is one now.
  /// - Returns: the revision that it was taken from.
  @discardableResult
  public func undelete(_ name: ImageStreamTagName) async throws -> Revision {
    let source = try read { reader throws -> Revision? in
      if try reader.tag(name) != nil { throw StoreError(.alreadyExists, "tag \(name) is there; remove it first, or roll it back") }
      return try reader.fullestRemoved(name)
    }
    guard let source else {
      throw StoreError(.notFound, "no removed tag \(name) is kept; compaction may have taken it: see isdb info, or restore a backup")
    }
    let (record, events) = try read(at: .revision(source)) { reader in try (reader.storedTag(name), reader.storedEvents(of: name)) }
    guard let record else { throw StoreError(.notFound, "tag \(name) is gone at revision \(source); try again") }
    var rest = events[...]
    repeat {
      let batch = Array(rest.suffix(ImageStreamWriter.maximumEventsPerUntag))
      rest = rest.dropLast(batch.count)
      let isFirst = batch.count == events.count || batch.last?.key == events.last?.key
      try await write { writer in
        guard try (writer.tag(name) == nil) == isFirst else {
          throw StoreError(.conflict, "tag \(name) changed while it was brought back; see isdb history \(name)")
        }
        try writer.restore(record, batch, of: name, isFirst: isFirst)
      }
    } while !rest.isEmpty
    return source
  }

  /// The tags that were removed after a revision and can be brought back, by name.
  ///
  /// - Throws: `StoreError` with code `compacted`.
  /// - Complexity: O(changes of tags since).
  public func removedTags(in scope: TagScope, after revision: Revision) throws -> [ImageStreamTagName] {
    var removed: Set<ImageStreamTagName> = []
    var position = revision
    let end = try keyValues.revision()
    while position < end {
      let batch = try keyValues.events(in: Keyspace.tags(in: scope), after: position)
      for event in batch.events {
        let name = try ImageStreamTagName(Keyspace.name(event.keyValue.key, after: Keyspace.tags))
        if event.kind == .put { removed.remove(name) } else { removed.insert(name) }
      }
      position = batch.revision
    }
    return removed.sorted()
  }
}

extension ImageStreamReader {
  /// The last revision at which a removed tag had all that its removal took.
  fileprivate mutating func fullestRemoved(_ name: ImageStreamTagName) throws -> Revision? {
    var best: (revision: Revision, created: Revision, record: Isdb_V1_TagRecord)?
    for keyValue in try versions(of: Keyspace.tag(name)) {
      let record = try Isdb_V1_TagRecord(stored: keyValue)
      if let known = best {
        // A removal begins with trimming a history that is too long for one write, and changes nothing else; whatever else was done before it stays done.
        var trimmed = record
        trimmed.eventCount = known.record.eventCount
        guard trimmed == known.record, keyValue.createRevision == known.created,
          known.record.eventCount >= Int64(ImageStreamWriter.maximumEventsPerUntag), record.eventCount > known.record.eventCount
        else { break }
      }
      best = (keyValue.modRevision, keyValue.createRevision, record)
    }
    return best?.revision
  }

  fileprivate mutating func storedTag(_ name: ImageStreamTagName) throws -> Isdb_V1_TagRecord? {
    try get(Keyspace.tag(name)).map { try Isdb_V1_TagRecord(stored: $0) }
  }

  fileprivate mutating func storedEvents(of name: ImageStreamTagName) throws -> [KeyValue] {
    var events: [KeyValue] = []
    try forEach(RangeQuery(Keyspace.events(of: name))) { keyValue in
      events.append(keyValue)
      return true
    }
    return events
  }
}

extension ImageStreamWriter {
  /// Puts a tag with its newest events, or older events behind those that are there.
  fileprivate mutating func restore(
    _ stored: Isdb_V1_TagRecord, _ events: [KeyValue], of name: ImageStreamTagName, isFirst: Bool
  ) throws {
    var record = isFirst ? stored : try tagRecord(name)
    record.eventCount = Int64(events.count) + (isFirst ? 0 : record.eventCount)
    for keyValue in events {
      let event = try TagEvent(keyValue)
      try view.put(keyValue.key, keyValue.value)
      if let image = event.image { try remember(image, event.sequence, name) }
    }
    if isFirst {
      if record.hasHold { try view.put(Keyspace.hold(name), []) }
      if record.hasSpec {
        let spec = TagSpec(record.spec)
        record.clearSpec()
        try setSpec(spec, in: &record, of: name)
        // What the tag answers stays; the stream, which may be a new one, must not be behind it.
        var stream = try streamRecord(name.stream)
        stream.generation = max(stream.generation + 1, spec.generation ?? 0)
        try put(stream, name.stream)
      } else {
        try put(try streamRecord(name.stream), name.stream)
      }
    }
    try put(record, name)
    for target in try offerToPolicies(name) { try moveFollowers(of: target) }
  }
}
