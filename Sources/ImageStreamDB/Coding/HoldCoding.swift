internal import ImageRecords
internal import MVCC
internal import OCI

extension Hold {
  /// - Parameter key: that of the tag's record.
  init(_ record: Isdb_V1_HoldRecord, in key: [UInt8]) throws(StoreError) {
    rule =
      switch record.kind {
      case .holdSkip: .skip(try RecordCoding.digest(record.image, in: key))
      case .holdUntilNewer: .untilNewer(record.version)
      case .holdUntilTime: .until(Timestamp(record: record.until))
      case .holdPin, .holdUnspecified, .UNRECOGNIZED: .pin
      }
    by = record.by
    because = record.because
    created = Timestamp(record: record.created)
    revision = Revision(record.revision)
  }
}

extension Isdb_V1_HoldRecord {
  init(_ hold: Hold) {
    self.init()
    switch hold.rule {
    case .pin: kind = .holdPin
    case .skip(let digest):
      kind = .holdSkip
      image = digest.description
    case .untilNewer(let text):
      kind = .holdUntilNewer
      version = text
    case .until(let time):
      kind = .holdUntilTime
      until = time.millisecondsSinceEpoch
    }
    by = hold.by
    because = hold.because
    created = hold.created.millisecondsSinceEpoch
    revision = hold.revision.rawValue
  }
}

extension RefusedMove {
  /// - Parameter key: that of the tag's record.
  init(_ record: Isdb_V1_RefusedMoveRecord, in key: [UInt8]) throws(StoreError) {
    image = try record.image.nilIfEmpty.map { text throws(StoreError) in try RecordCoding.digest(text, in: key) }
    pullSpec = record.pullSpec
    cause = TagEvent.Cause(record.cause)
    source = record.source
    reason = record.reason
    time = Timestamp(record: record.time)
    revision = Revision(record.revision)
  }
}

extension Isdb_V1_RefusedMoveRecord {
  init(_ move: RefusedMove) {
    self.init()
    image = move.image?.description ?? ""
    pullSpec = move.pullSpec
    cause = Isdb_V1_CauseRecord(move.cause)
    source = move.source
    reason = move.reason
    time = move.time.millisecondsSinceEpoch
    revision = move.revision.rawValue
  }
}
