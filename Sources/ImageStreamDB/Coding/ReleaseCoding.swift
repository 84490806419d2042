internal import ImageRecords
internal import MVCC
internal import OCI

extension Release {
  /// - Parameter key: that of the record.
  init(_ record: Isdb_V1_ReleaseRecord, of set: ReleaseSetName, in key: [UInt8]) throws {
    self.set = set
    sequence = record.sequence
    created = Timestamp(record: record.created)
    revision = Revision(record.revision)
    by = record.by
    because = record.because
    source = record.source
    moves = try record.moves.map { move in
      Move(
        tag: try ImageStreamTagName(move.tag), image: try move.image.nilIfEmpty.map { try RecordCoding.digest($0, in: key) },
        pullSpec: move.pullSpec, previousImage: try move.previousImage.nilIfEmpty.map { try RecordCoding.digest($0, in: key) },
        previousPullSpec: move.previousPullSpec.nilIfEmpty)
    }
  }
}

extension Isdb_V1_ReleaseMoveRecord {
  init(_ tag: ImageStreamTagName, before: TagEvent?, after: TagEvent) {
    self.init()
    self.tag = tag.description
    image = after.image?.description ?? ""
    pullSpec = after.pullSpec
    previousImage = before?.image?.description ?? ""
    previousPullSpec = before?.pullSpec ?? ""
  }
}
