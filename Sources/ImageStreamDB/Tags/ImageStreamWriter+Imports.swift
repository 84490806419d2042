internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// The most bytes of an import's source: those of the longest path, which a layout may have.
  public static let maximumSourceBytes = 4096

  /// Points a tag at what an import found, and notes where it came from.
  ///
  /// An import that finds what the last one found makes no revision.
  /// - Parameter pullSpec: where the image is, by its digest.
  /// - Throws: `StoreError` with code `invalidArgument` for a pull spec that is not by digest, `tooLarge` for an author or source over its limit.
  @discardableResult
  public mutating func recordImport(
    of content: ImageContent, as pullSpec: String, from source: ImportSource, to name: ImageStreamTagName, by: String = ""
  ) throws -> TagEvent {
    let event = try move(
      name, to: content.digest, pullSpec, source: source.reference, by: by, because: "", cause: .import)
    try note(ImportCondition(succeeded: true, reason: "", message: "", time: time, revision: nextRevision), source, name)
    return event
  }

  /// Notes that an import failed. What the tag points at stays as it is.
  ///
  /// The same failure again makes no revision.
  ///
  /// - Parameters:
  ///   - reason: what kind of failure it was, in a word such as `NotFound`; cut at 1 KiB.
  ///   - message: what failed, in a sentence; cut at 1 KiB.
  /// - Throws: `StoreError` with code `tooLarge` for a source over its limit.
  public mutating func recordImportFailure(
    reason: String, message: String, from source: ImportSource, to name: ImageStreamTagName
  ) throws {
    try makeImageStream(name.stream)
    let condition = ImportCondition(
      succeeded: false, reason: reason.prefix(bytes: Self.maximumNoteBytes), message: message.prefix(bytes: Self.maximumNoteBytes),
      time: time,
      revision: nextRevision)
    try note(condition, source, name)
  }

  /// Writes the source and condition, unless they say what is there already.
  private mutating func note(_ condition: ImportCondition, _ source: ImportSource, _ name: ImageStreamTagName) throws {
    guard source.reference.utf8.count <= Self.maximumSourceBytes else {
      throw StoreError(
        .tooLarge, "the source of an import of \(name) has \(source.reference.utf8.count) bytes; the limit is \(Self.maximumSourceBytes)")
    }
    var record = try tagRecord(name)
    if record.generation == 0 { record.generation = 1 }
    // A failed import from somewhere else is no reason to forget where the known-good image came from.
    let source = condition.succeeded || !record.hasImportSource ? source : ImportSource(record.importSource)
    if record.hasImportSource, ImportSource(record.importSource) == source, record.hasImportCondition,
      ImportCondition(record.importCondition).isSameOutcome(as: condition)
    {
      return
    }
    record.importSource = Isdb_V1_ImportSourceRecord(source)
    record.importCondition = Isdb_V1_ImportConditionRecord(condition)
    try put(record, name)
  }
}

extension ImportCondition {
  /// Whether it says the same, at whatever time.
  func isSameOutcome(as other: ImportCondition) -> Bool {
    succeeded == other.succeeded && reason == other.reason && message == other.message
  }
}
