internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of a tag t, which `ModelTests` compares with a model:
//   tags/t.newest == events/t/<its sequence> without the steps, and no event of t has a greater sequence
//   tags/t.eventCount == number of events of t; tags/t.nextSequence > every sequence that t ever had
//   references/d/t exists exactly when an event of t has image d; its eventCount is their number, its newestSequence the greatest
//   followers/h(s)/t exists exactly when t's spec follows s; holds/t exactly when t is held
//   neighbouring events have different images and pull specs

extension ImageStreamWriter {
  /// The most bytes of an author or reason.
  public static let maximumNoteBytes = 1024

  /// The most bytes of a pull spec or source.
  public static let maximumSourceBytes = 4096

  /// The one place where a tag gets an event. The record is changed, and not yet put.
  ///
  /// - Returns: what it did; nil when a hold or a protection refused an automatic move, which is then noted.
  /// - Throws: `StoreError` with code `protected` when a rule forbids the move and a person asked for it; `tooLarge` for a note over its limit.
  mutating func move(_ record: inout Isdb_V1_TagRecord, of name: ImageStreamTagName, _ move: TagMove) throws -> TagMove.Effect? {
    try checkNotes(move, name)
    let generation = try move.generation ?? streamRecord(name.stream).generation
    let newest = try record.newestEvent(of: name)
    let effect = move.effect(after: newest, generation: generation)
    guard effect != .none else { return effect }
    var steps = move.steps
    // A reference whose image is not known is another thing at another place.
    if effect.changesImage || effect == .replacesPullSpec && move.image == nil,
      let reason = try refusal(of: move, &record, name, newest, &steps)
    {
      note(reason, move, &record)
      return nil
    }
    switch effect {
    case .none: break
    case .addsEvent: try addEvent(move, generation, steps, &record, name)
    case .answersGeneration, .replacesPullSpec, .replacesImage: try correct(move, effect, generation, newest, &record, name)
    }
    record.clearImportCondition()
    record.clearRefused()
    return effect
  }

  private func checkNotes(_ move: TagMove, _ name: ImageStreamTagName) throws(StoreError) {
    for (note, what, limit) in [
      (move.by, "author", Self.maximumNoteBytes), (move.because, "reason", Self.maximumNoteBytes),
      (move.pullSpec, "pull spec", Self.maximumSourceBytes), (move.source, "source", Self.maximumSourceBytes),
    ] where note.utf8.count > limit {
      throw StoreError(.tooLarge, "the \(what) of a move of \(name) has \(note.utf8.count) bytes; the limit is \(limit)")
    }
  }

  private mutating func addEvent(
    _ move: TagMove, _ generation: Int64, _ steps: [DecisionStep], _ record: inout Isdb_V1_TagRecord, _ name: ImageStreamTagName
  ) throws {
    var event = Isdb_V1_TagEventRecord()
    event.sequence = max(1, record.nextSequence)
    event.image = move.image?.description ?? ""
    event.pullSpec = move.pullSpec
    event.created = time.millisecondsSinceEpoch
    event.revision = nextRevision.rawValue
    event.generation = generation
    event.by = move.by
    event.because = move.because
    event.cause = Isdb_V1_CauseRecord(move.cause)
    event.source = move.source
    event.release = move.release ?? ""
    record.newest = event
    record.eventCount += 1
    record.nextSequence = event.sequence + 1
    event.steps = steps.map { Isdb_V1_StepRecord($0) }
    try view.put(Keyspace.event(name, event.sequence), try RecordCoding.encode(event))
    if let image = move.image { try remember(image, event.sequence, name) }
  }

  /// Lets a tag's newest event say what is so now. It stays the event of the move: its number, time, author, reason and steps are the move's.
  private mutating func correct(
    _ move: TagMove, _ effect: TagMove.Effect, _ generation: Int64, _ newest: TagEvent?, _ record: inout Isdb_V1_TagRecord,
    _ name: ImageStreamTagName
  ) throws {
    let key = Keyspace.event(name, record.newest.sequence)
    guard let stored = try get(key) else { throw RecordCoding.corrupt(key, "is missing, and the tag's newest event has its number") }
    var event: Isdb_V1_TagEventRecord = try RecordCoding.decode(stored)
    event.generation = generation
    if event.moved == 0 { event.moved = event.revision }
    event.revision = nextRevision.rawValue
    event.pullSpec = move.pullSpec
    event.image = move.image?.description ?? ""
    try view.put(key, try RecordCoding.encode(event))
    if effect == .replacesImage {
      if let image = newest?.image { try forget(image, event.sequence, name) }
      if let image = move.image { try remember(image, event.sequence, name) }
    }
    event.steps = []
    record.newest = event
  }

  /// Notes a refusal, unless it is the one that is noted already.
  private func note(_ reason: String, _ move: TagMove, _ record: inout Isdb_V1_TagRecord) {
    var refused = Isdb_V1_RefusedMoveRecord()
    refused.image = move.image?.description ?? ""
    refused.pullSpec = move.pullSpec
    refused.cause = Isdb_V1_CauseRecord(move.cause)
    refused.source = move.source
    refused.reason = reason
    refused.time = record.refused.time
    refused.revision = record.refused.revision
    if record.hasRefused, record.refused == refused { return }
    refused.time = time.millisecondsSinceEpoch
    refused.revision = nextRevision.rawValue
    record.refused = refused
  }
}

extension Isdb_V1_TagRecord {
  func newestEvent(of name: ImageStreamTagName) throws(StoreError) -> TagEvent? {
    hasNewest ? try TagEvent(newest, tag: name, in: Keyspace.tag(name)) : nil
  }
}
