internal import MVCC
internal import OCI

/// What a run of pruning goes by: the same for each of its steps, but for the guards, which are kept up.
struct PruneContext: Sendable {
  let options: PruneOptions
  /// What is younger stays; nil when age keeps nothing.
  let oldest: Timestamp?
  /// Whether what is decided is carried out.
  let confirms: Bool
  var guards = PruneGuards()

  init(_ options: PruneOptions, confirms: Bool, now: Timestamp) {
    self.options = options
    self.confirms = confirms
    oldest = options.sizeLimits == nil ? (options.time ?? now) - options.keepYoungerThan : nil
  }

  func isYoung(_ time: Timestamp) -> Bool { oldest.map { time > $0 } ?? false }
}

/// One bounded step of a run: what was decided, what of it is to be carried out, and where the next one begins.
struct PruneStep: Sendable {
  /// The most decisions of a step: what a run keeps in memory.
  static let maximumDecisions = 1_000

  /// The most changes of one write. A single image with more layers than that takes more, as adding it did.
  static let maximumChanges = 1_000

  var decisions: [PruneDecision] = []
  var tags: [TagRemoval] = []
  var images: [Image] = []
  /// The changes that carrying it out takes.
  var changeCount = 0
  /// Where the next step begins; nil when there is none.
  var next: PrunePosition?

  var isFull: Bool { decisions.count >= Self.maximumDecisions || changeCount >= Self.maximumChanges }

  var removesSomething: Bool { !tags.isEmpty || !images.isEmpty }

  mutating func keep(_ object: PruneDecision.Object, _ reason: String) { add(object, .keep, reason) }

  mutating func remove(_ object: PruneDecision.Object, _ reason: String) { add(object, .remove, reason) }

  mutating func fault(_ object: PruneDecision.Object, _ error: any Error) { add(object, .fault, "\(error)") }

  private mutating func add(_ object: PruneDecision.Object, _ verdict: PruneDecision.Verdict, _ reason: String) {
    decisions.append(PruneDecision(object: object, verdict: verdict, reason: reason))
  }
}

/// What goes of a tag.
struct TagRemoval: Sendable {
  let name: ImageStreamTagName
  var events: [TagEvent] = []
  /// Whether the newest event is among them, and the tag with it.
  var removesTag = false
}

/// Where a step begins.
struct PrunePosition: Sendable {
  /// The last key that is done; nil at the beginning.
  var after: [UInt8]?
  /// How far the tag behind that is done already; nil when it is not begun.
  var tag: TagPosition?
}

/// How far a tag's history is judged: from the newest event on, which itself comes last.
struct TagPosition: Sendable {
  let name: ImageStreamTagName
  /// The revision that created the tag, which tells it from one that took its place.
  let createRevision: Revision
  /// The newest event when the tag was begun. One that came later leaves events between them unjudged.
  let newest: Int64
  /// Events with a smaller number are to be judged.
  var before: Int64
  /// The place of the next one, counted from the newest, which has 0.
  var index = 1
  /// Whether one that was judged stays.
  var keepsOlder = false

  init(_ tag: Tag, createRevision: Revision, newest: TagEvent) {
    name = tag.name
    self.createRevision = createRevision
    self.newest = newest.sequence
    before = newest.sequence
  }
}
