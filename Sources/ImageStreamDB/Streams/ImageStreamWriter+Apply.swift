internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// The most tags of a spec that is applied as one.
  public static let maximumTagsPerSpec = 2_000

  /// Makes a stream what its spec says, as one change: OpenShift's create and update.
  ///
  /// Generations move as OpenShift's do: the stream's with any change of its spec; a tag's, to the stream's, when its source, its `isReference` or its
  /// import mode changes, when it is new, or when its generation is given as 0, which asks for another import. Such a tag is then pointed at the tag or
  /// image of a stream that it is made from, or at its reference; an import fills the others.
  ///
  /// - Returns: whether anything changed.
  /// - Throws: `StoreError` with code `notFound` when a tag is made from a stream, or an image of one, that is not there; `ambiguous` for a short digest;
  ///   `invalidArgument` for a tag's name or source; `tooLarge` beyond `maximumTagsPerSpec`; `protected` when a rule forbids a move.
  /// - Complexity: O(tags of the stream).
  @discardableResult
  public mutating func apply(_ spec: ImageStreamSpec, to name: ImageStreamName, by: String = "", because: String = "") throws -> Bool {
    guard spec.tags.count <= Self.maximumTagsPerSpec else {
      throw StoreError(
        .tooLarge,
        "the spec of \(name) has \(spec.tags.count) tags; the limit of one write is \(Self.maximumTagsPerSpec): tag the others one by one")
    }
    let isNew = try get(Keyspace.stream(name)) == nil
    let before = try streamRecord(name)
    var stored: [String: TagSpec] = [:]
    for tag in try tags(in: .stream(name)).elements { stored[tag.name.tag] = tag.spec }
    let wanted = try plan(spec.tags, over: stored, name)
    var record = before
    record.labels = spec.labels
    record.annotations = spec.annotations
    record.localLookup = spec.usesLocalLookup
    record.repository = spec.repository ?? ""
    record.metadata = spec.metadata
    try checkAnnotations(record, name)
    let isChanged =
      wanted != stored || record.localLookup != before.localLookup || record.repository != before.repository
      || wanted.values.contains { $0.generation == 0 }
    if isChanged, !isNew { record.generation += 1 }
    guard isNew || isChanged || record != before else { return false }
    try put(record, name)
    let removed = Set(stored.keys).subtracting(wanted.keys)
    for tag in removed.sorted() { try setSpec(nil, of: ImageStreamTagName(stream: name, tag: tag)) }
    var changed: [ImageStreamTagName] = []
    for (tag, var spec) in wanted.sorted(by: { $0.key < $1.key }) where isChanged || isNew {
      let tagName = try ImageStreamTagName(stream: name, tag: tag)
      let isRenewed = spec.asksForWork(after: stored[tag], in: name)
      if isRenewed || spec.generation == nil || spec.generation == 0 { spec.generation = record.generation }
      if spec != stored[tag] { try setSpec(spec, of: tagName) }
      if isRenewed, stored[tag].map({ spec.isMadeAnew(after: $0, in: name) }) ?? true { changed.append(tagName) }
    }
    for tag in changed { try fill(tag, record.generation, by: by, because: because) }
    return true
  }

  /// The specs as they are to be stored, but for the new generation.
  private mutating func plan(_ wanted: [String: TagSpec], over stored: [String: TagSpec], _ name: ImageStreamName) throws -> [String:
    TagSpec]
  {
    var plan: [String: TagSpec] = [:]
    for (tag, var spec) in wanted {
      _ = try ImageStreamTagName(stream: name, tag: tag)
      _ = try spec.source?.tag(in: name)
      _ = try spec.source?.image(in: name)
      if spec.generation != 0 { spec.generation = stored[tag]?.generation }
      plan[tag] = spec
    }
    return plan
  }

  /// Points a tag whose spec is new at what it is made from, when that is in the store or only named.
  private mutating func fill(_ name: ImageStreamTagName, _ generation: Int64, by: String, because: String) throws {
    guard let spec = try tag(name)?.spec, let source = spec.source else { return }
    var move = TagMove(pullSpec: "", source: source.name, cause: .tag, generation: generation, by: by, because: because)
    switch source {
    case .layout: return
    case .registryImage(let reference, _):
      guard spec.isReference else { return }
      move.pullSpec = reference
    case .imageStreamTag:
      guard let followed = try source.tag(in: name.stream) else { return }
      guard try imageStream(followed.stream) != nil else { throw StoreError.noStream(followed.stream) }
      guard let event = try tag(followed)?.newest else { return }
      move.image = event.image
      move.pullSpec = try pullSpec(of: event, for: name.stream, spec)
    case .imageStreamImage:
      guard let image = try source.image(in: name.stream) else { return }
      let resolved = try resolve(image)
      move.image = resolved.image
      move.pullSpec = try pullSpec(of: resolved, for: name.stream, spec)
    }
    move.steps = [DecisionStep(.request, source.name, outcome: "applied", detail: "the spec of the stream says so")]
    var record = try tagRecord(name)
    _ = try self.move(&record, of: name, move)
    try put(record, name)
    try moveFollowers(of: name)
  }
}

extension TagSpec {
  /// Whether a tag whose spec was `old` is to be made anew: OpenShift's rule, and a change of the source's kind besides.
  package func asksForWork(after old: TagSpec?, in stream: ImageStreamName) -> Bool {
    guard let old else { return true }
    return isMadeAnew(after: old, in: stream) || source != nil && generation == 0 && old.generation != 0
  }

  /// Whether it is made from another thing or in another way, so that what the tag points at is looked up again. A spec without a source asks for nothing.
  func isMadeAnew(after old: TagSpec, in stream: ImageStreamName) -> Bool {
    guard let source else { return false }
    guard let other = old.source else { return true }
    return source.name != other.name || !source.isSameKind(as: other) || isReference != old.isReference || importMode != old.importMode
      || (source.namespace ?? stream.namespace) != (other.namespace ?? stream.namespace) || follows && !old.follows
  }
}

extension TagSource {
  fileprivate func isSameKind(as other: TagSource) -> Bool {
    switch (self, other) {
    case (.imageStreamTag, .imageStreamTag), (.imageStreamImage, .imageStreamImage), (.registryImage, .registryImage), (.layout, .layout):
      true
    default: false
    }
  }
}
