internal import ImageRecords
public import MVCC
public import OCI

/// What a tag was in another store or in a cluster.
public struct AdoptedHistory: Hashable, Sendable {
  /// One image that the tag had.
  public struct Event: Hashable, Sendable {
    /// The image; nil for a reference whose image was not looked up.
    public var image: Digest?
    /// Where it is.
    public var pullSpec: String
    /// When the tag got it.
    public var created: Timestamp
    /// The stream's generation that it answers.
    public var generation: Int64

    /// An event.
    public init(image: Digest?, pullSpec: String, created: Timestamp, generation: Int64) {
      self.image = image
      self.pullSpec = pullSpec
      self.created = created
      self.generation = generation
    }
  }

  /// Its images, newest first.
  public var events: [Event]
  /// The failure of its last import; nil when that succeeded or there was none.
  public var failure: ImportCondition?

  /// A history.
  public init(events: [Event], failure: ImportCondition? = nil) {
    self.events = events
    self.failure = failure
  }
}

extension ImageStreamWriter {
  /// The most events of all tags of a stream that is adopted. Each takes two of the changes that one write may have: the event, and a reference.
  public static let maximumAdoptedEvents = 2_000

  /// Makes a stream as it was in another store or in a cluster: its spec is kept as it is, with its generations, and nothing is looked up; its tags have
  /// the histories that they had.
  ///
  /// - Throws: `StoreError` with code `alreadyExists` when there is a stream of that name, `tooLarge` beyond `maximumTagsPerSpec` or `maximumAdoptedEvents`,
  ///   `invalidArgument` for a tag's name or source.
  public mutating func adopt(
    _ spec: ImageStreamSpec, as name: ImageStreamName, created: Timestamp, generation: Int64, histories: [String: AdoptedHistory],
    by: String = "", because: String = ""
  ) throws {
    guard try get(Keyspace.stream(name)) == nil else {
      throw StoreError(.alreadyExists, "image stream \(name) is here already; remove it first, or apply it without its histories")
    }
    let eventCount = histories.values.reduce(0) { $0 + $1.events.count }
    guard spec.tags.count <= Self.maximumTagsPerSpec, eventCount <= Self.maximumAdoptedEvents else {
      throw StoreError(
        .tooLarge,
        "\(name) has \(spec.tags.count) tags with \(eventCount) events; the limits of one write are \(Self.maximumTagsPerSpec) and "
          + "\(Self.maximumAdoptedEvents): leave out older events")
    }
    var record = try streamRecord(name)
    record.created = created.millisecondsSinceEpoch
    record.generation = max(1, generation)
    record.labels = spec.labels
    record.annotations = spec.annotations
    record.localLookup = spec.usesLocalLookup
    record.repository = spec.repository ?? ""
    record.metadata = spec.metadata
    try checkAnnotations(record, name)
    try put(record, name)
    for (tag, var spec) in spec.tags.sorted(by: { $0.key < $1.key }) {
      let tagName = try ImageStreamTagName(stream: name, tag: tag)
      _ = try spec.source?.image(in: name)
      if (spec.generation ?? 0) == 0 { spec.generation = record.generation }
      try setSpec(spec, of: tagName)
    }
    for (tag, history) in histories.sorted(by: { $0.key < $1.key }) {
      try adopt(history, of: ImageStreamTagName(stream: name, tag: tag), by: by, because: because)
    }
  }

  /// Gives a tag of a new stream its history.
  private mutating func adopt(_ history: AdoptedHistory, of name: ImageStreamTagName, by: String, because: String) throws {
    var record = try tagRecord(name)
    for event in history.events.reversed() {
      let move = TagMove(
        image: event.image, pullSpec: event.pullSpec, source: event.pullSpec, cause: .restore, generation: event.generation, by: by,
        because: because,
        steps: [DecisionStep(.request, event.pullSpec, outcome: "adopted", detail: "the tag's history elsewhere")],
        overridesProtection: true)
      // Neighbours that differ in one of image and place only are one event, as in every history.
      if record.hasNewest, move.effect(after: try record.newestEvent(of: name), generation: event.generation) != .addsEvent { continue }
      _ = try self.move(&record, of: name, move)
      record.newest.created = event.created.millisecondsSinceEpoch
      let key = Keyspace.event(name, record.newest.sequence)
      guard let stored = try get(key) else { throw RecordCoding.corrupt(key, "is missing, and was written just now") }
      var kept: Isdb_V1_TagEventRecord = try RecordCoding.decode(stored)
      kept.created = record.newest.created
      try view.put(key, try RecordCoding.encode(kept))
    }
    if let failure = history.failure { record.importCondition = Isdb_V1_ImportConditionRecord(failure) }
    if record.hasSpec || record.hasNewest || record.hasImportCondition { try put(record, name) }
  }
}
