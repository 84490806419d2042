internal import ImageRecords
internal import MVCC
internal import OCI

extension TagEvent {
  /// - Parameter key: that of the record which has the event.
  init(_ record: Isdb_V1_TagEventRecord, tag: ImageStreamTagName, in key: [UInt8]) throws(StoreError) {
    self.tag = tag
    sequence = record.sequence
    image = try record.image.nilIfEmpty.map { text throws(StoreError) in try RecordCoding.digest(text, in: key) }
    pullSpec = record.pullSpec
    guard image != nil || !pullSpec.isEmpty else { throw RecordCoding.corrupt(key, "has an event without an image and without a place") }
    created = Timestamp(record: record.created)
    revision = Revision(record.revision)
    generation = record.generation
    by = record.by
    because = record.because
    cause = Cause(record.cause)
    source = record.source
    release = record.release.nilIfEmpty
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
  /// The revision of the move, whatever was corrected since.
  var moveRevision: Int64 { moved == 0 ? revision : moved }
}

extension TagEvent.Cause {
  init(_ record: Isdb_V1_CauseRecord) {
    switch record {
    case .causeImport: self = .import
    case .causeRollback: self = .rollback
    case .causePush: self = .push
    case .causeTracking: self = .tracking
    case .causePolicy: self = .policy
    case .causeRestore: self = .restore
    case .causeRelease: self = .release
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
    case .push: self = .causePush
    case .tracking: self = .causeTracking
    case .policy: self = .causePolicy
    case .restore: self = .causeRestore
    case .release: self = .causeRelease
    }
  }
}

extension Tag {
  /// The tag that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let name: ImageStreamTagName
    do {
      name = try ImageStreamTagName(Keyspace.name(keyValue.key, after: Keyspace.tags))
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no tag", cause: error)
    }
    try self.init(keyValue, name)
  }

  /// The tag of a name, which its key was made from.
  init(_ keyValue: KeyValue, _ name: ImageStreamTagName) throws(StoreError) {
    let record = try Isdb_V1_TagRecord(stored: keyValue)
    self.name = name
    spec = record.hasSpec ? TagSpec(record.spec) : nil
    newest = record.hasNewest ? try TagEvent(record.newest, tag: name, in: keyValue.key) : nil
    eventCount = record.eventCount
    importCondition = record.hasImportCondition ? ImportCondition(record.importCondition) : nil
    hold = record.hasHold ? try Hold(record.hold, in: keyValue.key) : nil
    refused = record.hasRefused ? try RefusedMove(record.refused, in: keyValue.key) : nil
    modRevision = keyValue.modRevision
  }
}

extension Isdb_V1_TagRecord {
  /// The record of a key. One of format 1 said where imports come from, and nothing else of a spec.
  init(stored keyValue: KeyValue) throws(StoreError) {
    self = try RecordCoding.decode(keyValue)
    guard generation > 0, !hasSpec else { return }
    if hasImportSource {
      spec = Isdb_V1_TagSpecRecord(
        TagSpec(source: TagSource(importing: importSource.reference), isInsecure: importSource.insecure, generation: generation))
      clearImportSource()
    }
    generation = 0
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
    modRevision = keyValue.modRevision
    generation = max(1, record.generation)
    annotations = record.annotations
    labels = record.labels
    usesLocalLookup = record.localLookup
    repository = record.repository.nilIfEmpty
    metadata = record.metadata
  }
}

extension ImportCondition {
  init(_ record: Isdb_V1_ImportConditionRecord) {
    succeeded = record.succeeded
    reason = record.reason
    message = record.message
    time = Timestamp(record: record.time)
    revision = Revision(record.revision)
    generation = record.generation
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
    generation = condition.generation
  }
}
