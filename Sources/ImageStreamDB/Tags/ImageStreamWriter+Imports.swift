internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Points a tag at what an import found, and notes where it came from.
  ///
  /// An import that finds what the last one found makes no revision. One whose move a hold or a protection refuses notes that (`Tag.refused`).
  /// - Parameters:
  ///   - pullSpec: where the image is, by its digest.
  ///   - steps: what the source answered.
  /// - Returns: the tag as it is afterwards.
  /// - Throws: `StoreError` with code `invalidArgument` for a pull spec that is not by digest, `tooLarge` for an author or source over its limit.
  @discardableResult
  public mutating func recordImport(
    of content: ImageContent, as pullSpec: String, from source: ImportSource, to name: ImageStreamTagName, by: String = "",
    steps: [DecisionStep] = []
  ) throws -> Tag {
    try check(source, name)
    let before = try tagRecord(name)
    var record = before
    let old = before.hasSpec ? TagSpec(before.spec) : nil
    var move = TagMove(
      image: content.digest, pullSpec: try PullSpec.checked(pullSpec, for: content.digest), source: source.reference, cause: .import, by: by
    )
    move.version = content.version ?? (try? Reference(source.reference))?.tag
    move.steps = [DecisionStep(.import, source.reference, outcome: "found \(content.digest)", detail: "from \(pullSpec)")] + steps
    let newest = try before.newestEvent(of: name)
    let isElsewhere = newest.map { $0.image != move.image || $0.pullSpec != move.pullSpec } ?? true
    var spec = source.spec(over: old)
    if old.map({ !$0.isSameWork(as: spec) || ($0.generation ?? 0) == 0 }) ?? true || isElsewhere && !before.hasRefused {
      spec.generation = try advanceGeneration(of: name.stream)
    } else if spec != old {
      _ = try advanceGeneration(of: name.stream)
    }
    if spec != old { try setSpec(spec, in: &record, of: name) }
    move.generation = spec.generation
    _ = try self.move(&record, of: name, move)
    record.note(
      ImportCondition(succeeded: true, reason: "", message: "", time: time, revision: nextRevision, generation: spec.generation ?? 1))
    if record != before {
      try put(record, name)
      if record.newest != before.newest { try moveFollowers(of: name) }
    }
    guard let tag = try tag(name) else { throw StoreError.noTag(name) }
    return tag
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
    try check(source, name)
    let before = try tagRecord(name)
    var record = before
    let (reason, message) = (reason.prefix(bytes: Self.maximumNoteBytes), message.prefix(bytes: Self.maximumNoteBytes))
    if before.hasImportCondition, ImportCondition(before.importCondition).isFailure(reason, message) { return }
    let generation = try advanceGeneration(of: name.stream)
    // A failed import from somewhere else is no reason to forget where the known-good image came from.
    var spec = before.hasSpec ? TagSpec(before.spec) : source.spec(over: nil)
    spec.generation = generation
    try setSpec(spec, in: &record, of: name)
    record.note(
      ImportCondition(succeeded: false, reason: reason, message: message, time: time, revision: nextRevision, generation: generation))
    try put(record, name)
  }

  private func check(_ source: ImportSource, _ name: ImageStreamTagName) throws(StoreError) {
    guard source.reference.utf8.count <= Self.maximumSourceBytes else {
      throw StoreError(
        .tooLarge, "the source of an import of \(name) has \(source.reference.utf8.count) bytes; the limit is \(Self.maximumSourceBytes)")
    }
  }
}

extension ImportSource {
  /// The spec of a tag that was imported from here.
  fileprivate func spec(over old: TagSpec?) -> TagSpec {
    TagSpec(
      source: TagSource(importing: reference), annotations: old?.annotations ?? [:], isInsecure: isInsecure, isScheduled: isScheduled,
      importMode: mode, referencePolicy: old?.referencePolicy ?? referencePolicy, generation: old?.generation)
  }
}

extension TagSpec {
  /// Whether an import by the one spec is one by the other.
  fileprivate func isSameWork(as other: TagSpec) -> Bool {
    source == other.source && isReference == other.isReference && importMode == other.importMode
  }
}

extension ImageContent {
  /// The version that the image says it has: its label or annotation `org.opencontainers.image.version` (OCI image-spec, annotations.md).
  fileprivate var version: String? {
    parsedConfiguration?.execution?.labels[Image.versionLabel] ?? parsed.annotations[Image.versionLabel]
  }
}

extension Isdb_V1_TagRecord {
  /// Notes how an import went, unless that is noted already.
  fileprivate mutating func note(_ condition: ImportCondition) {
    if hasImportCondition, ImportCondition(importCondition).isSameOutcome(as: condition) { return }
    importCondition = Isdb_V1_ImportConditionRecord(condition)
  }
}

extension ImportCondition {
  /// Whether it says the same, at whatever time.
  func isSameOutcome(as other: ImportCondition) -> Bool {
    succeeded == other.succeeded && reason == other.reason && message == other.message && generation == other.generation
  }

  fileprivate func isFailure(_ reason: String, _ message: String) -> Bool { !succeeded && self.reason == reason && self.message == message }
}
