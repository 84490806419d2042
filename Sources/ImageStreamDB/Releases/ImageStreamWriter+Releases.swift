internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of a release set s:
//   sets/s.newestSequence == the greatest sequence of releases/s/…; sequences have no gaps
//   every move of a release is an event of its tag with the release's id and revision, unless the tag was where the release wants it already

extension ImageStreamWriter {
  /// The most tags of one release: a tag takes up to 9 of the changes that one write may have, and takes its followers along.
  public static let maximumTagsPerRelease = 500

  /// Moves several tags together or not at all, and writes that down as a release of a set, which is made when it is missing.
  ///
  /// - Parameters:
  ///   - moves: each tag once.
  ///   - by: who releases, up to 1 KiB.
  ///   - because: why, up to 1 KiB.
  /// - Throws: `StoreError` with code `conflict` when a tag is not what its move expects, `invalidArgument` for no tags, a tag twice, or a tag of another
  ///   namespace than the set's, `tooLarge` beyond `maximumTagsPerRelease`, and what `tag(_:as:)` throws.
  @discardableResult
  public mutating func release(
    _ set: ReleaseSetName, _ moves: [ReleaseMove], by: String = "", because: String = "", overridesProtection: Bool = false
  ) throws -> Release {
    try release(set, moves, source: "", by: by, because: because, overridesProtection: overridesProtection) { writer, move, id in
      var (tagMove, spec) = try writer.resolve(move.target, for: move.tag)
      tagMove.cause = .release
      tagMove.steps.append(DecisionStep(.release, id, outcome: "moved together", detail: "\(moves.count) tags in one revision"))
      return (tagMove, spec)
    }
  }

  /// Points the tags of a set at what an older release of it pointed them at, as a new release.
  ///
  /// What the tags are meant to be stays, as in the rollback of a single tag.
  /// - Parameters:
  ///   - sequence: the release to go back to; nil means the one before the newest.
  ///   - hold: what keeps automation from undoing it.
  /// - Throws: `StoreError` with code `notFound` when there is no such release, and what `release` throws.
  @discardableResult
  public mutating func rollback(
    set: ReleaseSetName, to sequence: Int64? = nil, hold: RollbackHold? = nil, by: String = "", because: String = "",
    overridesProtection: Bool = false
  ) throws -> Release {
    guard let newest = try release(set) else { throw StoreError.noSet(set) }
    let wanted = sequence ?? newest.sequence - 1
    guard let target = try release(set, wanted) else {
      throw StoreError(.notFound, "set \(set) has no release \(wanted) to go back to; see isdb release history \(set)")
    }
    var from: [ImageStreamTagName: Digest] = [:]
    for move in target.moves { from[move.tag] = try tag(move.tag)?.newest?.image }
    let answer = try repeatRelease(
      target, as: set, tags: target.moves.map { ($0, $0.tag) }, cause: .rollback, by: by, because: because,
      overridesProtection: overridesProtection)
    if let hold {
      for move in target.moves { try self.hold(move.tag, hold.rule(from: from[move.tag], of: move.tag), by: by, because: because) }
    }
    return answer
  }

  /// Points the tags of the same names in another namespace at what a release of a set points its tags at, as a release of the set of that name there.
  ///
  /// - Parameter sequence: the release; nil means the newest.
  /// - Throws: `StoreError` with code `notFound` when there is no such release, `invalidArgument` for a bad or the same namespace, and what `release` throws.
  @discardableResult
  public mutating func promote(
    _ set: ReleaseSetName, _ sequence: Int64? = nil, to namespace: String, by: String = "", because: String = "",
    overridesProtection: Bool = false
  ) throws -> Release {
    guard namespace != set.namespace else {
      throw StoreError(.invalidArgument, "set \(set) is in namespace \(namespace) already; promote it to another one")
    }
    let found = if let sequence { try release(set, sequence) } else { try release(set) }
    guard let source = found else { throw sequence.map { StoreError.noRelease(set, $0) } ?? StoreError.noSet(set) }
    let target = try ReleaseSetName("\(namespace)/\(set.name)")
    let tags = try source.moves.map { move in
      (move, try ImageStreamTagName(stream: ImageStreamName("\(namespace)/\(move.tag.stream.name)"), tag: move.tag.tag))
    }
    return try repeatRelease(
      source, as: target, tags: tags, cause: .release, by: by, because: because, overridesProtection: overridesProtection)
  }

  /// Makes a release of what the moves of another one say.
  private mutating func repeatRelease(
    _ source: Release, as set: ReleaseSetName, tags: [(move: Release.Move, tag: ImageStreamTagName)], cause: TagEvent.Cause, by: String,
    because: String, overridesProtection: Bool
  ) throws -> Release {
    var wanted: [ImageStreamTagName: Release.Move] = [:]
    for (move, tag) in tags { wanted[tag] = move }
    // The target of these moves is what the release says, which no tag or image has to spell.
    let moves = tags.map { ReleaseMove($0.tag, to: .tag($0.tag)) }
    return try release(
      set, moves, source: source.id, by: by, because: because, overridesProtection: overridesProtection
    ) { writer, move, id in
      guard let target = wanted[move.tag] else { throw StoreError.noTag(move.tag) }
      let outcome = cause == .rollback ? "rolled back" : "promoted"
      return (
        TagMove(
          image: target.image, pullSpec: target.pullSpec, source: source.id, cause: cause,
          steps: [DecisionStep(.release, source.id, outcome: outcome, detail: "as \(id)", revision: source.revision)]),
        cause == .rollback ? nil : TagSpec(source: .registryImage(target.pullSpec), isReference: target.image == nil)
      )
    }
  }

  private mutating func release(
    _ set: ReleaseSetName, _ moves: [ReleaseMove], source: String, by: String, because: String, overridesProtection: Bool,
    _ plan: (inout ImageStreamWriter, ReleaseMove, String) throws -> (TagMove, TagSpec?)
  ) throws -> Release {
    try check(moves, set)
    let sequence = (try release(set)?.sequence ?? 0) + 1
    var record = Isdb_V1_ReleaseRecord()
    record.sequence = sequence
    record.created = time.millisecondsSinceEpoch
    record.revision = nextRevision.rawValue
    record.by = by
    record.because = because
    record.source = source
    // Every target is what it was before the release: tags of a set may stand for one another.
    var plans: [(ReleaseMove, TagMove, TagSpec?)] = []
    for move in moves {
      try require(move)
      var (tagMove, spec) = try plan(&self, move, "\(set)#\(sequence)")
      tagMove.by = by
      tagMove.because = because
      tagMove.release = "\(set)#\(sequence)"
      tagMove.overridesProtection = overridesProtection
      plans.append((move, tagMove, spec))
    }
    for (move, tagMove, spec) in plans {
      let before = try tag(move.tag)?.newest
      let after = try self.move(move.tag, tagMove, meaning: spec)
      record.moves.append(Isdb_V1_ReleaseMoveRecord(move.tag, before: before, after: after))
    }
    record.moves.sort { $0.tag < $1.tag }
    try view.put(Keyspace.release(set, sequence), try RecordCoding.encode(record))
    var setRecord = Isdb_V1_ReleaseSetRecord()
    setRecord.newestSequence = sequence
    try view.put(Keyspace.set(set), try RecordCoding.encode(setRecord))
    return try Release(record, of: set, in: Keyspace.release(set, sequence))
  }

  private func check(_ moves: [ReleaseMove], _ set: ReleaseSetName) throws(StoreError) {
    guard !moves.isEmpty else { throw StoreError(.invalidArgument, "a release of \(set) moves one tag at least; name its tags") }
    guard moves.count <= Self.maximumTagsPerRelease else {
      throw StoreError(
        .tooLarge, "a release of \(set) has \(moves.count) tags; the limit is \(Self.maximumTagsPerRelease): divide the set")
    }
    var seen: Set<ImageStreamTagName> = []
    for move in moves {
      guard seen.insert(move.tag).inserted else {
        throw StoreError(.invalidArgument, "tag \(move.tag) is twice in a release of \(set); name it once")
      }
      guard move.tag.stream.namespace == set.namespace else {
        throw StoreError(.invalidArgument, "tag \(move.tag) is not in the namespace of set \(set); a set has tags of its own namespace")
      }
    }
  }

  private mutating func require(_ move: ReleaseMove) throws {
    let newest = try tag(move.tag)?.newest
    switch move.expectation {
    case .anything: return
    case .image(let image):
      guard newest?.image == image else {
        let present = newest.map { $0.image.map { "\($0)" } ?? $0.pullSpec } ?? "nothing"
        throw StoreError(
          .conflict, "tag \(move.tag) points at \(present), not at \(image) as the release expects; look at it and try again")
      }
    case .absent:
      guard newest == nil else {
        throw StoreError(.conflict, "tag \(move.tag) is there, and the release expects that it is not; look at it and try again")
      }
    }
  }
}

extension StoreError {
  static func noSet(_ set: ReleaseSetName) -> StoreError {
    StoreError(.notFound, "there is no release set \(set); see isdb release list")
  }

  static func noRelease(_ set: ReleaseSetName, _ sequence: Int64) -> StoreError {
    StoreError(.notFound, "set \(set) has no release \(sequence); see isdb release history \(set)")
  }
}
