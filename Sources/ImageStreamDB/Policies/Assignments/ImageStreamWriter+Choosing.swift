internal import ImageRecords
internal import MVCC
internal import OCI

// How policies choose. A tag that moves is held against the present choice of each policy that looks at its stream, and against nothing else; all
// tags are looked at when the choice itself is lost.

extension ImageStreamWriter {
  /// Lets the policies that choose from a tag's stream look at it, after it was moved or removed; answers the tags that they moved.
  ///
  /// - Complexity: O(policies with that source), whatever the number of candidates, unless it was the choice of one and cannot be any more.
  mutating func offerToPolicies(_ name: ImageStreamTagName) throws -> [ImageStreamTagName] {
    let targets = try policyTargets(of: name.stream)
    guard !targets.isEmpty, try get(Keyspace.policy(name)) == nil else { return [] }
    let event = try tag(name)?.newest
    var moved: [ImageStreamTagName] = []
    for target in targets {
      guard var assignment = try policy(of: target) else { continue }
      if try offer(name, event, to: &assignment) { moved.append(target) }
    }
    return moved
  }

  /// Lets a held tag catch up with its policy's choice; answers whether it moved.
  mutating func catchUpWithPolicy(_ name: ImageStreamTagName) throws -> Bool {
    guard let assignment = try policy(of: name), let choice = assignment.choice else { return false }
    return try apply(
      choice, of: assignment, by: assignment.by, because: assignment.because, detail: "what it had chosen while the tag was held")
  }

  /// Lets policies look again at candidates whose minimum age has ended, at most `limit` of them: the keeper's part.
  ///
  /// - Returns: how many were looked at. None, when no time has come.
  public mutating func choosePolicyCandidatesDue(limit: Int) throws -> Int {
    var due: [SoakingCandidate] = []
    try forEach(RangeQuery(Keyspace.soaking(until: time), limit: limit)) { keyValue in
      due.append(try SoakingCandidate(keyValue))
      return true
    }
    for candidate in due {
      try view.delete(candidate.key)
      guard var assignment = try policy(of: candidate.target) else { continue }
      let hasMoved: Bool
      if let image = candidate.image {
        let name = try ImageStreamTagName(stream: assignment.source, tag: candidate.tag)
        // What has moved since soaks anew, with a row of its own.
        guard let event = try tag(name)?.newest, event.image == image, try get(Keyspace.policy(name)) == nil else { continue }
        hasMoved = try offer(name, event, to: &assignment)
      } else {
        hasMoved = try chooseAnew(&assignment)
      }
      if hasMoved { try moveFollowers(of: assignment.tag) }
    }
    return due.count
  }

  /// Holds a tag against a policy's choice; answers whether the policy's tag moved.
  private mutating func offer(_ name: ImageStreamTagName, _ event: TagEvent?, to assignment: inout PolicyAssignment) throws -> Bool {
    let choice = assignment.choice
    let isChoice = choice?.tag == name.tag
    guard let event, let candidate = try candidate(event, for: assignment.policy) else {
      return isChoice ? try chooseAnew(&assignment) : false
    }
    let present = choice.flatMap { assignment.policy.rank($0.tag, firstSeen: $0.firstSeen) }
    func isBetter(_ rank: PolicyRank) -> Bool { isChoice || present.map { $0 < rank } ?? true }
    switch assignment.policy.judge(candidate, now: time) {
    case .eligible(let rank):
      guard isBetter(rank) else { return false }
      let detail = isChoice || choice == nil ? "the choice has another image" : "before \(choice?.tag ?? ""), the choice until then"
      return try choose(event, for: &assignment, detail: choice == nil ? "the first that is eligible" : detail)
    case .soaking(let rank, let until):
      if isBetter(rank) { try put(SoakingCandidate(until: until, target: assignment.tag, tag: name.tag, image: candidate.image)) }
      return false
    case .rejected: return isChoice ? try chooseAnew(&assignment) : false
    }
  }

  /// Makes a candidate the choice and moves the policy's tag there; answers whether that moved.
  private mutating func choose(
    _ event: TagEvent, for assignment: inout PolicyAssignment, detail: String, reasserts: Bool = false
  ) throws -> Bool {
    guard let image = event.image else { return false }
    let old = assignment.choice
    let target = try tagRecord(assignment.tag)
    let pullSpec = try pullSpec(of: event, for: assignment.tag.stream, target.hasSpec ? TagSpec(target.spec) : TagSpec())
    let isSame = old.map { $0.tag == event.tag.tag && $0.image == image && $0.firstSeen == event.created } ?? false
    let choice = PolicyChoice(
      tag: event.tag.tag, image: image, pullSpec: pullSpec, firstSeen: event.created, revision: isSame ? old?.revision ?? 0 : nextRevision)
    guard choice != old || reasserts else { return false }
    if choice != old {
      assignment.choice = choice
      try put(assignment)
    }
    return try apply(choice, of: assignment, by: event.by, because: event.because, detail: detail, following: event)
  }

  /// Points a policy's tag at its choice; answers whether that moved it.
  private mutating func apply(
    _ choice: PolicyChoice, of assignment: PolicyAssignment, by: String, because: String, detail: String, following event: TagEvent? = nil
  ) throws -> Bool {
    let name = assignment.tag
    let before = try tagRecord(name)
    var record = before
    var move = TagMove(
      image: choice.image, pullSpec: choice.pullSpec, source: "\(assignment.source):\(choice.tag)", cause: .policy, by: by, because: because
    )
    move.version = assignment.policy.version(of: choice.tag)?.description ?? choice.tag
    move.release = event?.release
    move.steps = [
      DecisionStep(
        .policy, move.source, outcome: "chosen", detail: "by \(assignment.policy): \(detail)", revision: event?.revision ?? choice.revision)
    ]
    let effect = try self.move(&record, of: name, move)
    guard record != before else { return false }
    try makeImageStream(name.stream)
    try put(record, name)
    return effect.map { $0 != .none } ?? false
  }

  // MARK: All candidates

  /// The most candidates of one policy that are noted as soaking when all are looked at; behind the last of them all are looked at again.
  private static let maximumSoakingNoted = 500

  /// Looks at all candidates: when a policy is set, and when its choice is lost. Answers whether the policy's tag moved.
  ///
  /// - Parameter reasserts: whether the tag is moved to the choice even if that is what was chosen before.
  ///
  /// Names are looked at without the records behind them, which are read from the best name down until one is eligible.
  mutating func chooseAnew(_ assignment: inout PolicyAssignment, reasserts: Bool = false) throws -> Bool {
    let policy = assignment.policy
    // Without an event it is the present choice, whose tag soaks with another image.
    var best: (rank: PolicyRank, event: TagEvent?)?
    func isBetter(_ rank: PolicyRank) -> Bool { best.map { $0.rank < rank } ?? true }
    var soaking: [SoakingCandidate] = []
    let names = try orderedNames(in: assignment.source, for: policy)
    for entry in names {
      // Names that say the same go by time, so all of them are looked at.
      if let best, best.rank.value != entry.value { break }
      let name = try ImageStreamTagName(stream: assignment.source, tag: entry.tag)
      guard let event = try tag(name)?.newest, let candidate = try candidate(event, for: policy) else { continue }
      switch policy.judge(candidate, now: time) {
      case .eligible(let rank): if isBetter(rank) { best = (rank, event) }
      case .soaking(_, let until):
        soaking.append(SoakingCandidate(until: until, target: assignment.tag, tag: entry.tag, image: candidate.image))
        if let choice = assignment.choice, choice.tag == entry.tag, let rank = policy.rank(choice.tag, firstSeen: choice.firstSeen),
          isBetter(rank)
        {
          best = (rank, nil)
        }
      case .rejected: break
      }
    }
    try note(soaking, for: assignment.tag)
    let detail = "the best of \(names.count) tags whose names it takes"
    if let event = best?.event { return try choose(event, for: &assignment, detail: detail, reasserts: reasserts) }
    guard let choice = assignment.choice else { return false }
    if best != nil {
      guard reasserts else { return false }
      return try apply(choice, of: assignment, by: assignment.by, because: assignment.because, detail: detail)
    }
    assignment.choice = nil
    try put(assignment)
    return false
  }

  /// The tags of a stream whose names the policy takes, the best first.
  private mutating func orderedNames(in source: ImageStreamName, for policy: TagPolicy) throws -> [(value: PolicyRank.Value, tag: String)] {
    let excluded = try tagsWithPolicies(in: source)
    let range = Keyspace.tags(in: .stream(source))
    var names: [(value: PolicyRank.Value, tag: String)] = []
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      let tag = String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self)
      if let value = policy.value(of: tag), !excluded.contains(tag) { names.append((value, tag)) }
      return true
    }
    let isDescending = policy.isDescending
    names.sort { left, right in isDescending ? left.value < right.value : right.value < left.value }
    return names
  }

  private mutating func note(_ soaking: [SoakingCandidate], for target: ImageStreamTagName) throws {
    let soonest = soaking.sorted { $0.until < $1.until }
    for candidate in soonest.prefix(Self.maximumSoakingNoted) { try put(candidate) }
    if soonest.count > Self.maximumSoakingNoted {
      try put(SoakingCandidate(until: soonest[Self.maximumSoakingNoted].until, target: target, tag: "", image: nil))
    }
  }

  private mutating func put(_ candidate: SoakingCandidate) throws {
    try view.put(candidate.key, try RecordCoding.encode(Isdb_V1_SoakingRecord(candidate)))
  }
}
