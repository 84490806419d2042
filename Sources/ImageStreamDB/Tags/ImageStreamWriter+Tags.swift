internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of a tag t, which `TagModelTests` compares with a model:
//   tags/t.newest == events/t/<its sequence>, and no event of t has a greater sequence
//   tags/t.eventCount == number of events of t; tags/t.nextSequence > every sequence that t ever had
//   references/d/t exists exactly when an event of t has image d; its eventCount is their number, its newestSequence the greatest

extension ImageStreamWriter {
  /// The most bytes of an author or reason.
  public static let maximumNoteBytes = 1024

  /// The most events that go with a tag in one revision. Each takes up to two of the changes that one write may have.
  public static let maximumEventsPerUntag = 4_000

  /// Points a tag at an image. The tag and its stream are made when they are missing.
  ///
  /// A move to the same image at the same place changes nothing and answers the present event. If only one of the two differs, the newest event is replaced
  /// in place; if both do, an event is added (OpenShift's rule for status tags).
  ///
  /// - Parameters:
  ///   - by: who moves it, up to 1 KiB.
  ///   - because: why, up to 1 KiB.
  /// - Throws: `StoreError` with code `notFound` when the target is not there, `invalidArgument` for a reference without digest, `ambiguous` for a short
  ///   digest that fits several images, `tooLarge` for a note over its limit.
  @discardableResult
  public mutating func tag(
    _ name: ImageStreamTagName, as target: TagTarget, by: String = "", because: String = "", cause: TagEvent.Cause = .tag
  ) throws -> TagEvent {
    let (image, pullSpec, source) = try resolve(target, for: name)
    return try move(name, to: image, pullSpec, source: source, by: by, because: because, cause: cause)
  }

  /// The image, pull spec and source of a target.
  private mutating func resolve(_ target: TagTarget, for name: ImageStreamTagName) throws -> (Digest, String, String) {
    switch target {
    case .reference(let reference):
      guard let digest = reference.digest else {
        throw StoreError(
          .invalidArgument, "\(reference.spelling) names no digest, so it can change; import it, or give it as \(reference.name)@sha256:…")
      }
      return (digest, "\(reference.name)@\(digest)", reference.description)
    case .image(let digest, let pullSpec):
      guard let image = try image(digest) else { throw StoreError(.notFound, "image \(digest) is not in the store; import it first") }
      return (digest, pullSpec ?? "\(image.repository ?? name.stream.description)@\(digest)", digest.description)
    case .tag(let source):
      let resolved = try resolve(source)
      return (resolved.image, resolved.pullSpec, source.description)
    case .streamImage(let source):
      let resolved = try resolve(source)
      return (resolved.image, resolved.pullSpec, "\(source.stream)@\(resolved.image)")
    }
  }

  /// The one place where a tag gets an event.
  mutating func move(
    _ name: ImageStreamTagName, to image: Digest, _ pullSpec: String, source: String, by: String, because: String, cause: TagEvent.Cause
  ) throws -> TagEvent {
    for (note, what) in [(by, "author"), (because, "reason")] where note.utf8.count > Self.maximumNoteBytes {
      throw StoreError(.tooLarge, "the \(what) of a move of \(name) has \(note.utf8.count) bytes; the limit is \(Self.maximumNoteBytes)")
    }
    try makeStream(name.stream)
    var record = try tagRecord(name)
    let newest = record.hasNewest ? record.newest : nil
    let isSameImage = newest?.image == image.description
    let isSamePlace = newest?.pullSpec == pullSpec
    if let newest, isSameImage, isSamePlace {
      if record.hasImportCondition, !record.importCondition.succeeded {
        record.clearImportCondition()
        try put(record, name)
      }
      return try TagEvent(newest, tag: name, KeyValue(key: Keyspace.tag(name), value: [], createRevision: 0, modRevision: 0, version: 0))
    }
    record.generation += 1
    var event = Isdb_V1_TagEventRecord()
    event.sequence = record.nextSequence == 0 ? 1 : record.nextSequence
    event.created = time.millisecondsSinceEpoch
    if let newest, isSameImage || isSamePlace {
      // Replaced in place: the history says where the image is, not how often its address was corrected.
      event.sequence = newest.sequence
      event.created = newest.created
      if !isSameImage { try forget(newest, name) }
    } else {
      record.eventCount += 1
      record.nextSequence = event.sequence + 1
    }
    event.image = image.description
    event.pullSpec = pullSpec
    event.revision = nextRevision.rawValue
    event.generation = record.generation
    event.by = by
    event.because = because
    event.cause = Isdb_V1_CauseRecord(cause)
    event.source = source
    record.newest = event
    record.clearImportCondition()
    try view.put(Keyspace.event(name, event.sequence), try RecordCoding.encode(event))
    try put(record, name)
    if !(isSameImage && newest?.sequence == event.sequence) { try remember(image, event.sequence, name) }
    return try TagEvent(event, tag: name, KeyValue(key: Keyspace.tag(name), value: [], createRevision: 0, modRevision: 0, version: 0))
  }

  /// Removes a tag, its events and its references in one revision. Earlier revisions still show them.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `tooLarge` when its history is longer than `maximumEventsPerUntag`; trim it first.
  public mutating func untag(_ name: ImageStreamTagName) throws {
    let record = try tagRecord(name)
    guard try get(Keyspace.tag(name)) != nil else { throw StoreError.noTag(name) }
    guard record.eventCount <= Self.maximumEventsPerUntag else {
      throw StoreError(
        .tooLarge,
        "tag \(name) has \(record.eventCount) events; the limit of one removal is \(Self.maximumEventsPerUntag): trim its history first")
    }
    for event in try oldestEvents(of: name, count: 0) { try remove(event) }
    try view.delete(Keyspace.tag(name))
  }

  /// Drops the oldest events of a tag until `count` are left, at most `maximumEventsPerUntag` of them at a time; answers whether any was dropped.
  ///
  /// The newest event always stays.
  @discardableResult
  public mutating func trimHistory(of name: ImageStreamTagName, to count: Int) throws -> Bool {
    var record = try tagRecord(name)
    let excess = min(Int(record.eventCount) - max(count, 1), Self.maximumEventsPerUntag)
    guard excess > 0 else { return false }
    for event in try oldestEvents(of: name, count: excess) { try remove(event) }
    record.eventCount -= Int64(excess)
    try put(record, name)
    return true
  }

  private mutating func oldestEvents(of name: ImageStreamTagName, count: Int) throws -> [TagEvent] {
    var events: [TagEvent] = []
    try forEach(RangeQuery(Keyspace.events(of: name), limit: count)) { keyValue in
      events.append(try TagEvent(keyValue))
      return true
    }
    return events
  }

  private mutating func remove(_ event: TagEvent) throws {
    try forget(Isdb_V1_TagEventRecord(event), event.tag)
    try view.delete(Keyspace.event(event.tag, event.sequence))
  }

  // MARK: Records

  private mutating func makeStream(_ name: ImageStreamName) throws {
    guard try get(Keyspace.stream(name)) == nil else { return }
    var record = Isdb_V1_StreamRecord()
    record.created = time.millisecondsSinceEpoch
    try view.put(Keyspace.stream(name), try RecordCoding.encode(record))
  }

  private mutating func tagRecord(_ name: ImageStreamTagName) throws -> Isdb_V1_TagRecord {
    guard let keyValue = try get(Keyspace.tag(name)) else { return Isdb_V1_TagRecord() }
    return try RecordCoding.decode(keyValue)
  }

  private mutating func put(_ record: Isdb_V1_TagRecord, _ name: ImageStreamTagName) throws {
    try view.put(Keyspace.tag(name), try RecordCoding.encode(record))
  }

  /// Counts an event in the references of its image.
  private mutating func remember(_ image: Digest, _ sequence: Int64, _ name: ImageStreamTagName) throws {
    let key = Keyspace.reference(image, name)
    var record = Isdb_V1_TagReferenceRecord()
    if let keyValue = try get(key) { record = try RecordCoding.decode(keyValue) }
    record.image = image.description
    record.eventCount += 1
    record.newestSequence = max(record.newestSequence, sequence)
    try view.put(key, try RecordCoding.encode(record))
  }

  /// Takes an event out of the references of its image.
  private mutating func forget(_ event: Isdb_V1_TagEventRecord, _ name: ImageStreamTagName) throws {
    let image: Digest
    do { image = try Digest(event.image) } catch { throw StoreError(error) }
    let key = Keyspace.reference(image, name)
    guard let keyValue = try get(key) else { return }
    var record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
    record.eventCount -= 1
    if record.eventCount <= 0 {
      try view.delete(key)
    } else {
      if record.newestSequence == event.sequence {
        record.newestSequence = try newestSequence(of: event.image, before: event.sequence, name)
      }
      try view.put(key, try RecordCoding.encode(record))
    }
  }

  private mutating func newestSequence(of image: String, before sequence: Int64, _ name: ImageStreamTagName) throws -> Int64 {
    var found: Int64 = 0
    let all = Keyspace.events(of: name)
    let range = KeyRange(from: all.lower, upTo: Keyspace.event(name, sequence))
    try forEach(RangeQuery(range, order: .descending)) { keyValue in
      let event: Isdb_V1_TagEventRecord = try RecordCoding.decode(keyValue)
      if event.image == image { found = event.sequence }
      return found == 0
    }
    return found
  }

  // MARK: Imports

  /// Points a tag at what an import found, and notes where it came from.
  @discardableResult
  public mutating func recordImport(
    of content: ImageContent, as pullSpec: String, from source: ImportSource, to name: ImageStreamTagName, by: String = ""
  ) throws -> TagEvent {
    let event = try move(
      name, to: content.digest, pullSpec, source: source.reference, by: by, because: "", cause: .import)
    try note(ImportCondition(succeeded: true, reason: "", message: "", time: time), source, name)
    return event
  }

  /// Notes that an import failed. What the tag points at stays as it is.
  ///
  /// - Parameters:
  ///   - reason: what kind of failure it was, in a word such as `NotFound`.
  ///   - message: what failed, in a sentence; cut at 1 KiB.
  public mutating func recordImportFailure(
    reason: String, message: String, from source: ImportSource, to name: ImageStreamTagName
  ) throws {
    try makeStream(name.stream)
    let text =
      message.utf8.count <= Self.maximumNoteBytes ? message : String(decoding: message.utf8.prefix(Self.maximumNoteBytes), as: UTF8.self)
    try note(ImportCondition(succeeded: false, reason: reason, message: text, time: time), source, name)
  }

  /// Writes the source and condition, unless they say what is there already: an import that finds nothing new makes no revision.
  private mutating func note(_ condition: ImportCondition, _ source: ImportSource, _ name: ImageStreamTagName) throws {
    var record = try tagRecord(name)
    if record.generation == 0 { record.generation = 1 }
    let isSameSource =
      record.hasImportSource && record.importSource.reference == source.reference && record.importSource.insecure == source.isInsecure
    let present = record.hasImportCondition ? ImportCondition(record.importCondition) : nil
    let isSameCondition =
      present.map { $0.succeeded == condition.succeeded && $0.reason == condition.reason && $0.message == condition.message } ?? false
    if isSameSource && isSameCondition { return }
    record.importSource.reference = source.reference
    record.importSource.insecure = source.isInsecure
    record.importCondition = Isdb_V1_ImportConditionRecord(condition)
    try put(record, name)
  }
}
