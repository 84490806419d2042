internal import ImageRecords
internal import MVCC
internal import OCI

extension TagEvent {
  /// - Parameter key: that of the record which has the event.
  init(_ record: Isdb_V1_TagEventRecord, tag: ImageStreamTagName, in key: [UInt8]) throws(StoreError) {
    self.tag = tag
    sequence = record.sequence
    image = try RecordCoding.digest(record.image, in: key)
    pullSpec = record.pullSpec
    created = Timestamp(record: record.created)
    revision = Revision(record.revision)
    generation = record.generation
    by = record.by
    because = record.because
    cause = Cause(record.cause)
    source = record.source
  }

  /// The event that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let path = Keyspace.name(keyValue.key, after: Keyspace.events)
    let record: Isdb_V1_TagEventRecord = try RecordCoding.decode(keyValue)
    guard let slash = path.lastIndex(of: "/"), let name = try? ImageStreamTagName(String(path[..<slash])) else {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no event")
    }
    try self.init(record, tag: name, in: keyValue.key)
  }
}

extension Isdb_V1_TagEventRecord {
  init(_ event: TagEvent) {
    self.init()
    sequence = event.sequence
    image = event.image.description
    pullSpec = event.pullSpec
    created = event.created.millisecondsSinceEpoch
    revision = event.revision.rawValue
    generation = event.generation
    by = event.by
    because = event.because
    cause = Isdb_V1_CauseRecord(event.cause)
    source = event.source
  }
}

extension TagEvent.Cause {
  init(_ record: Isdb_V1_CauseRecord) {
    switch record {
    case .causeImport: self = .import
    case .causeRollback: self = .rollback
    case .causeTag, .causeUnspecified, .UNRECOGNIZED: self = .tag
    }
  }
}

extension Isdb_V1_CauseRecord {
  init(_ cause: TagEvent.Cause) {
    switch cause {
    case .tag: self = .causeTag
    case .import: self = .causeImport
    case .rollback: self = .causeRollback
    }
  }
}

extension Tag {
  /// The tag that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_TagRecord = try RecordCoding.decode(keyValue)
    let name: ImageStreamTagName
    do {
      name = try ImageStreamTagName(Keyspace.name(keyValue.key, after: Keyspace.tags))
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no tag", cause: error)
    }
    self.name = name
    newest = record.hasNewest ? try TagEvent(record.newest, tag: name, in: keyValue.key) : nil
    eventCount = record.eventCount
    generation = record.generation
    importSource = record.hasImportSource ? ImportSource(record.importSource) : nil
    importCondition = record.hasImportCondition ? ImportCondition(record.importCondition) : nil
  }
}

extension ImageStream {
  /// The stream that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_StreamRecord = try RecordCoding.decode(keyValue)
    do {
      name = try ImageStreamName(Keyspace.name(keyValue.key, after: Keyspace.streams))
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no stream", cause: error)
    }
    created = Timestamp(record: record.created)
    createRevision = keyValue.createRevision
  }
}

extension ImportSource {
  init(_ record: Isdb_V1_ImportSourceRecord) { self.init(reference: record.reference, isInsecure: record.insecure) }
}

extension Isdb_V1_ImportSourceRecord {
  init(_ source: ImportSource) {
    self.init()
    reference = source.reference
    insecure = source.isInsecure
  }
}

extension ImportCondition {
  init(_ record: Isdb_V1_ImportConditionRecord) {
    succeeded = record.succeeded
    reason = record.reason
    message = record.message
    time = Timestamp(record: record.time)
    revision = Revision(record.revision)
  }
}

extension Isdb_V1_ImportConditionRecord {
  init(_ condition: ImportCondition) {
    self.init()
    succeeded = condition.succeeded
    reason = condition.reason
    message = condition.message
    time = condition.time.millisecondsSinceEpoch
    revision = condition.revision.rawValue
  }
}
