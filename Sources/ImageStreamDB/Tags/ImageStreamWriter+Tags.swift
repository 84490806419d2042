internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of a tag t, which `ModelTests` compares with a model:
//   tags/t.newest == events/t/<its sequence>, and no event of t has a greater sequence
//   tags/t.eventCount == number of events of t; tags/t.nextSequence > every sequence that t ever had
//   references/d/t exists exactly when an event of t has image d; its eventCount is their number, its newestSequence the greatest
//   every event's pull spec is by the digest of its image, and neighbouring events have different images

extension ImageStreamWriter {
  /// The most bytes of an author or reason.
  public static let maximumNoteBytes = 1024

  /// Points a tag at an image. The tag and its stream are made when they are missing.
  ///
  /// A move to the image that it points at already adds no event: it changes nothing, or only where the image is pulled from (OpenShift's rule for status
  /// tags). That event is answered then, with the author and reason that it has.
  ///
  /// - Parameters:
  ///   - by: who moves it, up to 1 KiB.
  ///   - because: why, up to 1 KiB.
  /// - Throws: `StoreError` with code `notFound` when the target is not there, `invalidArgument` for a reference or pull spec that is not by digest,
  ///   `ambiguous` for a short digest that fits several images, `tooLarge` for a note over its limit.
  /// - Complexity: the same whatever the size of the stream and of the history.
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
    let pullSpec = try PullSpec.checked(pullSpec, for: image)
    var record = try tagRecord(name)
    if record.hasNewest, record.newest.image == image.description { return try correct(&record, pullSpec, name) }
    try makeImageStream(name.stream)
    record.generation += 1
    var event = Isdb_V1_TagEventRecord()
    event.sequence = max(1, record.nextSequence)
    event.image = image.description
    event.pullSpec = pullSpec
    event.created = time.millisecondsSinceEpoch
    event.revision = nextRevision.rawValue
    event.generation = record.generation
    event.by = by
    event.because = because
    event.cause = Isdb_V1_CauseRecord(cause)
    event.source = source
    record.newest = event
    record.eventCount += 1
    record.nextSequence = event.sequence + 1
    record.clearImportCondition()
    try view.put(Keyspace.event(name, event.sequence), try RecordCoding.encode(event))
    try put(record, name)
    try remember(image, event.sequence, name)
    return try TagEvent(event, tag: name, in: Keyspace.tag(name))
  }

  /// Lets a tag's newest event say where the image is pulled from now. It stays the event of the move: its number, time, author and reason are the move's.
  private mutating func correct(
    _ record: inout Isdb_V1_TagRecord, _ pullSpec: String, _ name: ImageStreamTagName
  ) throws -> TagEvent {
    let isElsewhere = record.newest.pullSpec != pullSpec
    if isElsewhere {
      record.generation += 1
      record.newest.pullSpec = pullSpec
      record.newest.revision = nextRevision.rawValue
      record.newest.generation = record.generation
      try view.put(Keyspace.event(name, record.newest.sequence), try RecordCoding.encode(record.newest))
    }
    if isElsewhere || record.hasImportCondition && !record.importCondition.succeeded {
      record.clearImportCondition()
      try put(record, name)
    }
    return try TagEvent(record.newest, tag: name, in: Keyspace.tag(name))
  }
}
