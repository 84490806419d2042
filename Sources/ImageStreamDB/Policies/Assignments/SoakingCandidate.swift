internal import ImageRecords
internal import MVCC
internal import OCI

/// A candidate that becomes old enough for a policy at a time: a row that is looked at then.
struct SoakingCandidate {
  let until: Timestamp
  /// The tag that the policy moves.
  let target: ImageStreamTagName
  /// The candidate's own name; empty when all candidates are to be looked at.
  let tag: String
  /// The image that it soaks with; nil when all candidates are to be looked at.
  let image: Digest?

  var key: [UInt8] { Keyspace.soaking(until: until, target, tag) }
}

extension SoakingCandidate {
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_SoakingRecord = try RecordCoding.decode(keyValue)
    do {
      target = try ImageStreamTagName(record.target)
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "names the tag \(record.target.quotedForMessage)", cause: error)
    }
    until = Timestamp(record: record.until)
    tag = record.tag
    image = record.image.isEmpty ? nil : try RecordCoding.digest(record.image, in: keyValue.key)
  }
}

extension Isdb_V1_SoakingRecord {
  init(_ candidate: SoakingCandidate) {
    self.init()
    target = candidate.target.description
    until = candidate.until.millisecondsSinceEpoch
    tag = candidate.tag
    image = candidate.image?.description ?? ""
  }
}
