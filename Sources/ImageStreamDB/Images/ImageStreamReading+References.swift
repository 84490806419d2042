internal import ImageRecords
internal import MVCC
public import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The tags that have, or had, an image: who uses it.
  ///
  /// First those whose events point at it, then those whose events point at an index that has it; each by name.
  /// - Complexity: O(answer).
  public mutating func tags(referringTo digest: Digest) throws -> [TagReference] {
    var answer = try tags(pointingAt: digest, index: nil)
    for index in try indexes(containing: digest) { answer += try tags(pointingAt: index, index: index) }
    return answer
  }

  /// The indexes that have an image, by digest; also those that have it through an index between.
  public mutating func indexes(containing digest: Digest) throws -> [Digest] {
    var found: Set<Digest> = []
    var open = [digest]
    while let image = open.popLast() {
      let range = Keyspace.parents(of: image)
      try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
        let index = try RecordCoding.digest(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self), in: keyValue.key)
        if found.insert(index).inserted { open.append(index) }
        return true
      }
    }
    return found.sorted()
  }

  private mutating func tags(pointingAt digest: Digest, index: Digest?) throws -> [TagReference] {
    var answer: [TagReference] = []
    for (name, record) in try references(in: Keyspace.references(to: digest), to: digest) {
      let isCurrent = try tag(name)?.newest?.image == digest
      answer.append(
        TagReference(
          tag: name, eventCount: record.eventCount, newestSequence: record.newestSequence, isCurrent: isCurrent, index: index))
    }
    return answer
  }

  /// The records of `range` that are about `digest`, with the tags that they come from.
  mutating func references(
    in range: KeyRange, to digest: Digest
  ) throws -> [(tag: ImageStreamTagName, record: Isdb_V1_TagReferenceRecord)] {
    var answer: [(ImageStreamTagName, Isdb_V1_TagReferenceRecord)] = []
    try forEach(RangeQuery(range)) { keyValue in
      let record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
      guard record.image == digest.description else { return true }
      answer.append((try Keyspace.referrer(keyValue), record))
      return true
    }
    return answer
  }
}
