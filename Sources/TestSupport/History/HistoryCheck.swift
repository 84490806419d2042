public import MVCC

/// Whether a history could have come from a key space that handles one request at a time, each between its call and its answer.
///
/// In general that needs a search over orders. Here the store names the order itself, by revisions, so it is enough to replay the calls in that order on
/// the model and to see that nobody learnt of a revision too late or too early:
/// 1. *log*: the revisions of the log follow each other, and each holds what one call changes in the model, seeing what the model held before;
/// 2. *ack*: each write that was answered with a revision of its own made that revision, alone; a write without effect had none to make;
/// 3. *read*: each range holds what the model holds at that revision;
/// 4. *time*: if A was answered before B was called, A learnt of no later revision than B, and of an earlier one if B made its own;
/// 5. *compaction*: a revision is refused only if a compaction beyond it had been asked for, and is read only if none had been answered.
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

  /// The revisions that calls made, by the place of the call.
  private var makers: [Int: Revision] = [:]
  private let calls: [RecordedCall]

  /// The newest revision that anyone had learnt of when a call was made, and who; by the place of the call.
  private var floors: [(revision: Revision, teller: Int?)]

  private let ceilings: Ceilings

  /// Checks a history that began with an empty store.
  public init(_ history: History) {
    calls = history.calls
    ceilings = Ceilings(calls)
    floors = Self.floors(calls) { [calls] place in calls[place].observedRevision }
    replay(history.log)
    checkRanges()
    checkTimes()
    checkCompactions()
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
      case .range, .compacted: refute("ack", "a write has the answer to something else: \(call)")
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
      makers[answered[index]] = revision
      others.remove(at: index)
    } else if let index = lost.firstIndex(where: { couldMake(revision, $0) && makes(events, calls[$0]) })
      ?? lost.firstIndex(where: { makes(events, calls[$0]) })
    {
      makers[lost.remove(at: index)] = revision
      recoveredRevisions.append(revision)
    } else {
      let told = answered.map { "\(calls[$0])" }.joined(separator: ", ")
      refute(
        "log", "no call makes revision \(revision), \(events.map(HistoryText.text)); answered with it: \(told.isEmpty ? "none" : told)")
    }
    // What the log says holds from here on, so that one wrong revision is one violation.
    model.record(events.map { Event(kind: $0.kind, keyValue: $0.keyValue, previous: model.get($0.keyValue.key, at: model.revision)) })
    settle(others)
  }

  /// Whether a call whose answer was lost was under way when a revision was made.
  private func couldMake(_ revision: Revision, _ place: Int) -> Bool {
    floors[place].revision < revision && revision <= ceilings.earliest(after: calls[place].died ?? .max)
  }

  /// Whether a call, made now, changes just that, and saw what it said.
  private func makes(_ events: [Event], _ call: RecordedCall) -> Bool {
    let (isApplied, before, effect) = evaluate(call)
    guard isApplied, effect.count == events.count,
      zip(effect, events).allSatisfy({ $0.kind == $1.kind && $0.keyValue == $1.keyValue })
    else { return false }
    guard case .written(let saidApplied, _, let said) = call.answer else { return true }
    return saidApplied && said == before
  }

  /// Writes that made no revision must not have had one to make.
  private mutating func settle(_ places: [Int]) {
    for place in places {
      let call = calls[place]
      guard case .written(let saidApplied, _, let said) = call.answer else { continue }
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
    case .range, .compact: return (false, [], [])
    }
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
        case .written, .compacted: refute("read", "a range has the answer to something else: \(call)")
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

/// The least that anyone learnt who asked after a time: what was not there then came later than that.
private struct Ceilings {
  /// By the time of the call, each with the least revision from there on.
  private var points: [(invoked: UInt64, revision: Revision)] = []

  init(_ calls: [RecordedCall]) {
    var least = Revision(.max)
    for call in calls.sorted(by: { $0.invoked > $1.invoked }) {
      if case .compact = call.request { continue }
      if let observed = call.observedRevision { least = min(least, observed) }
      points.append((call.invoked, least))
    }
    points.reverse()
  }

  func earliest(after time: UInt64) -> Revision {
    var lower = 0
    var upper = points.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if points[middle].invoked <= time { lower = middle + 1 } else { upper = middle }
    }
    return lower == points.count ? Revision(.max) : points[lower].revision
  }
}
