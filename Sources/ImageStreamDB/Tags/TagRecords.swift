internal import ImageRecords
internal import MVCC
internal import OCI

/// The records behind a tag, for the functions that change tags.
extension ImageStreamWriter {
  /// The record of a tag; an empty one when there is no such tag.
  mutating func tagRecord(_ name: ImageStreamTagName) throws -> Isdb_V1_TagRecord {
    guard let keyValue = try get(Keyspace.tag(name)) else { return Isdb_V1_TagRecord() }
    return try Isdb_V1_TagRecord(stored: keyValue)
  }

  /// - Throws: `StoreError` with code `notFound` when there is no such tag.
  mutating func existingTagRecord(_ name: ImageStreamTagName) throws -> Isdb_V1_TagRecord {
    guard let keyValue = try get(Keyspace.tag(name)) else { throw StoreError.noTag(name) }
    return try Isdb_V1_TagRecord(stored: keyValue)
  }

  mutating func put(_ record: Isdb_V1_TagRecord, _ name: ImageStreamTagName) throws {
    try view.put(Keyspace.tag(name), try RecordCoding.encode(record))
  }

  /// The oldest events of a tag, at most `count` of them.
  mutating func oldestEvents(of name: ImageStreamTagName, count: Int) throws -> [TagEvent] {
    var events: [TagEvent] = []
    try forEach(RangeQuery(Keyspace.events(of: name), limit: count)) { keyValue in
      events.append(try TagEvent(keyValue))
      return true
    }
    return events
  }

  /// Removes an event that is older than every other one of its tag. The tag's own record is the caller's to change.
  mutating func removeOldest(_ event: TagEvent) throws {
    if let image = event.image { try forget(image, event.sequence, event.tag) }
    try view.delete(Keyspace.event(event.tag, event.sequence))
  }

  /// Counts an event in the references of its image.
  mutating func remember(_ image: Digest, _ sequence: Int64, _ name: ImageStreamTagName) throws {
    let key = Keyspace.reference(image, name)
    var record = Isdb_V1_TagReferenceRecord()
    if let keyValue = try get(key) { record = try RecordCoding.decode(keyValue) }
    record.image = image.description
    record.eventCount += 1
    record.newestSequence = max(sequence, record.newestSequence)
    try view.put(key, try RecordCoding.encode(record))
  }

  /// Takes an event of a tag out of the references of its image.
  mutating func forget(_ image: Digest, _ sequence: Int64, _ name: ImageStreamTagName) throws {
    let key = Keyspace.reference(image, name)
    guard let keyValue = try get(key) else { throw RecordCoding.corrupt(key, "is missing, and event \(sequence) has the image") }
    var record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
    record.eventCount -= 1
    if record.eventCount == 0 {
      try view.delete(key)
      return
    }
    if record.newestSequence == sequence {
      // Only the newest event of a tag changes its image, and only where images are not named by digest.
      guard let older = try firstEvent(of: name, before: sequence, { $0.image == image }) else {
        throw RecordCoding.corrupt(key, "counts \(record.eventCount) events more than there are")
      }
      record.newestSequence = older.sequence
    }
    try view.put(key, try RecordCoding.encode(record))
  }
}
