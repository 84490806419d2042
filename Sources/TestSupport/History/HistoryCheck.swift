public import MVCC

/// Whether a history could have come from a key space that handles one request at a time, each between its call and its answer.
///
/// In general that needs a search over orders. Here the store names the order itself, by revisions, so it is enough to replay the calls in that order on
/// the model and to see that nobody learnt of a revision too late or too early:
/// 1. *log*: the revisions of the log follow each other, and each holds what one call changes in the model, seeing what the model held before;
/// 2. *ack*: each write that was answered with a revision of its own made that revision, alone; a write without effect had none to make;
/// 3. *read*: each range holds what the model holds at that revision;
/// 4. *time*: if A was answered before B was called, A learnt of no later revision than B, and of an earlier one if B made its own;
/// 5. *compaction*: a revision is refused only if a compaction beyond it had been asked for, and is read only if none had been answered;
/// 6. *lease*: the keys of a lease go together, once, and never while it has time left; what is told of a lease fits that.
///
/// A call whose answer was lost may have taken place at any time after it was made and before its caller's death, or never.
/// - Complexity: O(n log n) in the calls and the keys they answer with.
public struct HistoryCheck {
  /// What the model holds after all of the log.
  public private(set) var model = ModelStore()

  /// What is wrong; empty when nothing is.
  public private(set) var violations: [Violation] = []

  /// Revisions made by calls whose answers were lost.
  public private(set) var recoveredRevisions: [Revision] = []

  /// Leases that ended without a call: the revision in which their keys went.
  public private(set) var expiries: [(lease: Int64, revision: Revision)] = []

  /// The revisions that calls made, by the place of the call.
  private var makers: [Int: Revision] = [:]
  private let calls: [RecordedCall]

  /// The newest revision that anyone had learnt of when a call was made, and who; by the place of the call.
  private var floors: [(revision: Revision, teller: Int?)]

  private let ceilings: Ceilings
  private let leases: LeaseTimes
  private var endedLeases: Set<Int64> = []

  /// Checks a history that began with an empty store.
  public init(_ history: History) {
    calls = history.calls
    ceilings = Ceilings(calls)
    leases = LeaseTimes(calls)
    floors = Self.floors(calls) { [calls] place in calls[place].observedRevision }
    replay(history.log)
    checkRanges()
    checkTimes()
    checkCompactions()
    checkLeases(LearningTimes(history))
  }

  private mutating func refute(_ rule: String, _ detail: String) { violations.append(Violation(rule, detail)) }

  // MARK: Replay

  private mutating func replay(_ log: [Event]) {
    var answered: [Revision: [Int]] = [:]
    var lost: [Int] = []
    for (place, call) in calls.enumerated() {
      guard call.request.isWrite else { continue }
      switch call.answer {
      case .written(_, let revision, _): answered[revision, default: []].append(place)
      case .unknown: lost.append(place)
      case .range, .compacted, .lease: refute("ack", "a write has the answer to something else: \(call)")
      case .refused(let code) where code == StoreError.Code.notFound.description && leases.explainsRefusal(of: call): continue
      case .refused: refute("ack", "a write that nothing speaks against was refused: \(call)")
      }
    }
    // A deletion may fit several revisions. First come those that can only have taken place now, since they compare with a revision, then those
    // whose callers died first.
    lost.sort { (calls[$0].isConditional ? 0 : 1, calls[$0].died ?? .max) < (calls[$1].isConditional ? 0 : 1, calls[$1].died ?? .max) }
    settle(answered.removeValue(forKey: .initial) ?? [])
    var rest = log[...]
    while let first = rest.first {
      let revision = first.keyValue.modRevision
      let events = rest.prefix { $0.keyValue.modRevision == revision }
      rest = rest.dropFirst(events.count)
      guard revision == model.revision + 1 else {
        refute("log", "revision \(revision) follows revision \(model.revision)")
        return
      }
      make(revision, Array(events), answered.removeValue(forKey: revision) ?? [], &lost)
    }
    for place in answered.values.joined() { refute("ack", "the log ends at \(model.revision), before what was answered: \(calls[place])") }
  }

  /// Finds the call that made a revision, among those answered with it and those whose answers were lost.
  private mutating func make(_ revision: Revision, _ events: [Event], _ answered: [Int], _ lost: inout [Int]) {
    var others = answered
    if let index = answered.firstIndex(where: { makes(events, calls[$0]) }) {
      note(answered[index], made: revision)
      others.remove(at: index)
    } else if let index = lost.firstIndex(where: { couldMake(revision, $0) && makes(events, calls[$0]) })
      ?? lost.firstIndex(where: { makes(events, calls[$0]) })
    {
      note(lost.remove(at: index), made: revision)
      recoveredRevisions.append(revision)
    } else if let lease = expiredLease(events) {
      expiries.append((lease, revision))
      endedLeases.insert(lease)
    } else {
      let told = answered.map { "\(calls[$0])" }.joined(separator: ", ")
      refute(
        "log", "no call makes revision \(revision), \(events.map(HistoryText.text)); answered with it: \(told.isEmpty ? "none" : told)")
    }
    // What the log says holds from here on, so that one wrong revision is one violation.
    model.record(events.map { Event(kind: $0.kind, keyValue: $0.keyValue, previous: model.get($0.keyValue.key, at: model.revision)) })
    settle(others)
  }

  private mutating func note(_ place: Int, made revision: Revision) {
    makers[place] = revision
    if case .revoke(let lease) = calls[place].request { endedLeases.insert(lease) }
  }

  /// Whether a call whose answer was lost was under way when a revision was made.
  private func couldMake(_ revision: Revision, _ place: Int) -> Bool {
    floors[place].revision < revision && revision <= ceilings.earliest(after: calls[place].died ?? .max)
  }

  /// Whether a call, made now, changes just that, and saw what it said.
  private func makes(_ events: [Event], _ call: RecordedCall) -> Bool {
    let (isApplied, before, effect) = evaluate(call)
    guard isApplied, effect.count == events.count, zip(effect, events).allSatisfy({ $0.kind == $1.kind && $0.keyValue == $1.keyValue })
    else { return false }
    guard case .written(let saidApplied, _, let said) = call.answer else { return true }
    return saidApplied && said == before
  }

  /// Writes that made no revision must not have had one to make.
  private mutating func settle(_ places: [Int]) {
    for place in places {
      let call = calls[place]
      guard case .written(let saidApplied, _, let said) = call.answer else { continue }
      if case .revoke(let lease) = call.request { endedLeases.insert(lease) }
      let (isApplied, before, effect) = evaluate(call)
      if !effect.isEmpty {
        refute("ack", "a write was answered with a revision that it did not make: \(call)")
      } else if saidApplied != isApplied || said != before {
        refute("read", "a write saw what was not there; the model answers \(isApplied) \(before): \(call)")
      }
    }
  }

  private func evaluate(_ call: RecordedCall) -> (isApplied: Bool, before: [KeyValue?], effect: [Event]) {
    switch call.request {
    case .write(let changes, let condition):
      if let condition {
        let current = model.get(condition.key, at: model.revision)
        guard current?.modRevision ?? .zero == condition.modRevision else { return (false, [current], []) }
      }
      return (true, changes.map { model.get($0.key, at: model.revision) }, model.effect(of: changes))
    case .delete(let range):
      let deleted = model.range(range, at: model.revision)
      return (true, deleted, model.effect(of: deleted.map { .delete(key: $0.key) }))
    case .attach(let key, let value, let lease):
      var effect = model.effect(of: [.put(key: key, value: value)])
      effect[0].keyValue.lease = lease
      return (!endedLeases.contains(lease), [model.get(key, at: model.revision)], effect)
    case .revoke(let lease): return (true, [], model.effect(of: keys(of: lease).map { .delete(key: $0) }))
    case .range, .compact, .grant, .keepAlive: return (false, [], [])
    }
  }

  private func keys(of lease: Int64) -> [[UInt8]] { model.range(.all, at: model.revision).filter { $0.lease == lease }.map(\.key) }

  /// The lease whose keys, all and nothing else, a revision deletes in order.
  private func expiredLease(_ events: [Event]) -> Int64? {
    guard let key = events.first?.keyValue.key, let lease = model.get(key, at: model.revision)?.lease, lease != 0 else { return nil }
    return events.allSatisfy { $0.kind == .delete } && events.map(\.keyValue.key) == keys(of: lease) ? lease : nil
  }

  // MARK: Reads

  private mutating func checkRanges() {
    for call in calls {
      guard case .range(let range, let asked) = call.request, case .range(let newest, let keyValues) = call.answer else { continue }
      let revision = asked ?? newest
      guard newest <= model.revision, revision <= newest else {
        refute("read", "the log ends at \(model.revision), before what was read: \(call)")
        continue
      }
      let expected = model.range(range, at: revision)
      if keyValues != expected { refute("read", "the model holds \(expected) at \(revision): \(call)") }
    }
  }

  // MARK: Time

  private mutating func checkTimes() {
    // Once more, with what calls made whose answers were lost: the dead must not write.
    floors = Self.floors(calls) { [makers, calls] place in calls[place].observedRevision ?? makers[place] }
    for (place, call) in calls.enumerated() {
      let (newest, teller) = floors[place]
      guard let teller else { continue }
      if let made = makers[place], made <= newest {
        refute("time", "revision \(made) was made by a later call: \(call), after \(calls[teller])")
      } else if case .compact = call.request {
        // A compaction answers with the oldest revision, which says nothing of the newest.
      } else if let observed = call.observedRevision, observed < newest {
        refute("time", "stale: \(call), after \(calls[teller])")
      }
    }
  }

  /// The newest revision, of those that `known` tells of calls, that was known before each call was made.
  private static func floors(_ calls: [RecordedCall], _ known: (Int) -> Revision?) -> [(revision: Revision, teller: Int?)] {
    func end(_ place: Int) -> UInt64 { calls[place].returned ?? calls[place].died ?? .max }
    let ends = calls.indices.filter { end($0) < .max && known($0) != nil }.sorted { end($0) < end($1) }
    var floors = [(revision: Revision, teller: Int?)](repeating: (.zero, nil), count: calls.count)
    var next = 0
    var floor: (revision: Revision, teller: Int?) = (.zero, nil)
    for place in calls.indices.sorted(by: { calls[$0].invoked < calls[$1].invoked }) {
      while next < ends.count, end(ends[next]) < calls[place].invoked {
        if let revision = known(ends[next]), revision > floor.revision { floor = (revision, ends[next]) }
        next += 1
      }
      floors[place] = floor
    }
    return floors
  }

  // MARK: Leases

  /// Nobody may learn of a lease's end while it has time left, nor hear that it lives after others learnt of its end.
  private mutating func checkLeases(_ learning: LearningTimes) {
    for (lease, revision) in expiries {
      let learnt = learning.earliest(revision)
      guard let earliest = leases.earliestEnd(lease) else {
        refute("lease", "lease \(lease) ended at revision \(revision) without having been granted")
        continue
      }
      if learnt < earliest { refute("lease", "lease \(lease) ended at revision \(revision), \(earliest - learnt) ns early") }
      for call in calls where call.lease == lease && call.invoked > learnt {
        if case .lease(isAlive: true) = call.answer { refute("lease", "a lease lives that ended at revision \(revision): \(call)") }
      }
    }
    for call in calls {
      guard case .keepAlive = call.request, case .lease(isAlive: false) = call.answer else { continue }
      if !leases.explainsRefusal(of: call) { refute("lease", "a lease is gone that should live: \(call)") }
    }
  }

  /// How long after the last moment at which each expired lease may have been renewed its end was known, in nanoseconds.
  public func lateness(in history: History) -> [UInt64] {
    let learning = LearningTimes(history)
    return expiries.compactMap { lease, revision in
      leases.latestEnd(lease).map { end in
        let learnt = learning.earliest(revision)
        return learnt > end ? learnt - end : 0
      }
    }
  }

  // MARK: Compaction

  private mutating func checkCompactions() {
    let compactions = CompactionTimes(calls)
    for call in calls {
      if case .range(_, at: let asked) = call.request {
        switch call.answer {
        case .range(let newest, _):
          let oldest = compactions.answered(before: call.invoked)
          if asked ?? newest < oldest { refute("compaction", "read after the compaction to \(oldest): \(call)") }
        case .refused(let code):
          guard code == StoreError.Code.compacted.description, let asked, let returned = call.returned,
            asked < compactions.asked(before: returned)
          else {
            refute("compaction", "refused without a reason: \(call)")
            continue
          }
        case .unknown: continue
        case .written, .compacted, .lease: refute("read", "a range has the answer to something else: \(call)")
        }
      }
    }
  }
}

extension RecordedCall {
  fileprivate var isConditional: Bool {
    if case .write(_, .some) = request { return true }
    return false
  }
}
