internal import ImageRecords
internal import MVCC

extension ImageStreamWriter {
  /// Removes what a tag is meant to be. What it points at stays, with its history; imports and followed tags move it no more.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag or it has no spec.
  public mutating func removeSpec(of name: ImageStreamTagName) throws {
    guard try existingTagRecord(name).hasSpec else { throw StoreError(.notFound, "tag \(name) has no spec; see isdb describe \(name)") }
    _ = try advanceGeneration(of: name.stream)
    try setSpec(nil, of: name)
  }

  /// Puts a spec as it is, with the key that leads from a followed tag to this one. The stream's generation is the caller's to change.
  mutating func setSpec(_ spec: TagSpec?, of name: ImageStreamTagName) throws {
    var record = try tagRecord(name)
    try setSpec(spec, in: &record, of: name)
    if record.hasSpec || record.hasNewest || record.hasImportCondition {
      try put(record, name)
    } else {
      // Nothing is left of it.
      if record.hasHold { try view.delete(Keyspace.hold(name)) }
      try view.delete(Keyspace.tag(name))
    }
  }

  /// The same in a record that the caller puts.
  mutating func setSpec(_ spec: TagSpec?, in record: inout Isdb_V1_TagRecord, of name: ImageStreamTagName) throws {
    let before = record.hasSpec ? try TagSpec(record.spec).followedTag(in: name.stream) : nil
    let after = try spec?.followedTag(in: name.stream)
    if before != after {
      if let before { try view.delete(Keyspace.follower(name, of: before)) }
      if let after { try view.put(Keyspace.follower(name, of: after), []) }
    }
    if let spec { record.spec = Isdb_V1_TagSpecRecord(spec) } else { record.clearSpec() }
  }
}
