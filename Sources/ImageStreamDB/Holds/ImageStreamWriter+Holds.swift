internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Keeps automation from moving a tag. A hold that is there is replaced.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `invalidArgument` for a bound that is not a version, `tooLarge` for a note over
  ///   `maximumNoteBytes`.
  @discardableResult
  public mutating func hold(_ name: ImageStreamTagName, _ rule: Hold.Rule, by: String = "", because: String = "") throws -> Hold {
    var record = try existingTagRecord(name)
    let hold = try hold(&record, name, rule, by: by, because: because)
    try put(record, name)
    return hold
  }

  /// The hold in a record that the caller puts.
  mutating func hold(
    _ record: inout Isdb_V1_TagRecord, _ name: ImageStreamTagName, _ rule: Hold.Rule, by: String, because: String
  ) throws -> Hold {
    for note in [by, because] where note.utf8.count > Self.maximumNoteBytes {
      throw StoreError(.tooLarge, "a note of a hold of \(name) has \(note.utf8.count) bytes; the limit is \(Self.maximumNoteBytes)")
    }
    if case .untilNewer(let version) = rule { _ = try SemanticVersion(version) }
    let hold = Hold(rule: rule, by: by, because: because, created: time, revision: nextRevision)
    record.hold = Isdb_V1_HoldRecord(hold)
    try view.put(Keyspace.hold(name), [])
    return hold
  }

  /// Ends the hold of a tag, and lets it catch up with what it follows or what its policy chose; answers the hold that was.
  ///
  /// Imports catch up the next time that they run.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, or it is not held.
  @discardableResult
  public mutating func releaseHold(of name: ImageStreamTagName) throws -> Hold {
    var record = try existingTagRecord(name)
    guard record.hasHold else { throw StoreError(.notFound, "tag \(name) is not held; see isdb list holds") }
    let hold = try Hold(record.hold, in: Keyspace.tag(name))
    try release(&record, name)
    record.clearRefused()
    try put(record, name)
    try catchUp(name)
    if try catchUpWithPolicy(name) { try moveFollowers(of: name) }
    return hold
  }

  /// Ends the holds whose time has come, at most `limit` of them; answers their tags.
  public mutating func releaseHoldsDue(limit: Int) throws -> [ImageStreamTagName] {
    var due: [ImageStreamTagName] = []
    for name in try heldTags().map(\.name) {
      if due.count == limit { break }
      // A tag that followed one of those before may have moved, and its hold be over with that.
      guard case .until(let time)? = try tag(name)?.hold?.rule, time <= self.time else { continue }
      try releaseHold(of: name)
      due.append(name)
    }
    return due
  }

  /// Takes the hold off a record that the caller puts.
  mutating func release(_ record: inout Isdb_V1_TagRecord, _ name: ImageStreamTagName) throws {
    record.clearHold()
    try view.delete(Keyspace.hold(name))
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// The tags that are held, by name.
  ///
  /// - Complexity: O(answer), however many tags there are.
  public mutating func heldTags(in scope: TagScope = .all) throws -> [Tag] {
    var names: [ImageStreamTagName] = []
    try forEach(RangeQuery(Keyspace.holds(in: scope), keysOnly: true)) { keyValue in
      names.append(try ImageStreamTagName(Keyspace.name(keyValue.key, after: Keyspace.holds)))
      return true
    }
    var held: [Tag] = []
    for name in names { if let tag = try tag(name) { held.append(tag) } }
    return held
  }
}
