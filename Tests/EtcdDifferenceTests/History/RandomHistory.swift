import MVCC
import TestSupport

/// Steps that a seed repeats, made for the places where stores go wrong: neighbouring keys, boundaries of revisions, refused requests.
struct RandomHistory {
  /// How far the history has come: what the next step's revisions are chosen by.
  struct State {
    var current = Revision.initial
    /// 0 before the first compaction.
    var compact = Revision.zero
  }

  /// Keys that are each other's beginnings, hold zero bytes and 0xFF, or share prefixes: where orders and ends of ranges go wrong.
  static let keys: [[UInt8]] = [
    [0], [0, 0], bytes("a"), bytes("a\0"), bytes("a/1"), bytes("a/2"), bytes("a0"), [0x61, 0xFF], bytes("b"), bytes("b/long/name/of/a/key"),
    [0xFF], [0xFF, 0xFF],
  ]

  var random: SeededGenerator
  var state = State()

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The next step on a state.
  mutating func next() -> HistoryStep {
    switch number(0..<1000) {
    case ..<8: watches()
    case ..<50: .compact(compactionTarget())
    case ..<250: .put(put(key()))
    case ..<340: .delete(delete())
    case ..<600: .range(range())
    case ..<690: leaseStep()
    default: .transaction(transaction())
    }
  }

  // MARK: Pieces

  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func oneIn(_ count: Int) -> Bool { random.oneIn(count) }

  mutating func pick<Value>(_ first: Value, _ others: Value...) -> Value {
    let index = number(0..<others.count + 1)
    return index == 0 ? first : others[index - 1]
  }

  /// A key; rarely the empty one, which every request refuses.
  mutating func key() -> [UInt8] { oneIn(150) ? [] : Self.keys[number(0..<Self.keys.count)] }

  /// Few different values, so that compares hold and sorts tie.
  mutating func value() -> [UInt8] {
    switch number(0..<20) {
    case 0: []
    case 1: Array(repeating: 0x78, count: number(200..<4000))
    case 2: [0, 0xFF]
    default: bytes("v\(number(0..<6))")
    }
  }

  /// A range of any form that a request can name.
  mutating func keyRange() -> KeyRange {
    let key = key()
    switch number(0..<20) {
    case 0..<8: return .key(key)
    case 8, 9: return .etcd(key: [0], rangeEnd: [0])
    case 10, 11: return .etcd(key: key, rangeEnd: [0])
    case 12...14: return key.isEmpty ? .key(key) : .prefix(key)
    case 15: return .etcd(key: key, rangeEnd: key)
    default:
      // In any order: an end before the beginning is an empty range.
      let end = Self.keys[number(0..<Self.keys.count)]
      return .etcd(key: key, rangeEnd: end == [0] ? bytes("b") : end)
    }
  }

  /// A revision at or around a boundary, or somewhere in between.
  mutating func revision() -> Revision {
    let (current, compact) = (state.current, state.compact)
    switch number(0..<12) {
    case 0: return current + 1
    case 1: return current + Int64(number(2..<1000))
    case 2, 3: return current
    case 4: return compact - 1
    case 5: return compact
    case 6: return compact + 1
    case 7: return Revision(Int64(number(0..<3)))
    default: return Revision(.random(in: max(compact, .initial).rawValue...current.rawValue, using: &random))
    }
  }

  /// A server that was never compacted takes 0 for later than that, once; the store does not.
  private mutating func compactionTarget() -> Revision {
    let target = anyCompactionTarget()
    return state.compact == .zero && target == .zero ? .initial : target
  }

  private mutating func anyCompactionTarget() -> Revision {
    let (current, compact) = (state.current, state.compact)
    switch number(0..<10) {
    case 0: return compact
    case 1: return compact - 1
    case 2: return compact + 1
    case 3: return current
    case 4: return current + 1
    case 5: return .zero
    case 6: return Revision(-1)
    default: return Revision(.random(in: max(compact, .initial).rawValue...current.rawValue, using: &random))
    }
  }

  // MARK: Requests

  mutating func put(_ key: [UInt8]) -> PutRequest {
    var request = PutRequest(key, value())
    request.returnsPrevious = oneIn(3)
    if oneIn(8) {
      request.keepsValue = true
      if !oneIn(8) { request.value = [] }
    }
    if oneIn(10) { request.keepsLease = true }
    if oneIn(5) { request.lease = lease() }
    return request
  }

  /// A lease that may or may not be there. An id may be negative.
  mutating func lease() -> Int64 { oneIn(8) ? 5 : pick(1, 2, 3, -4) }

  /// Times to live are so long that no lease ends while the history runs, and differ so much that their order is known.
  private mutating func leaseStep() -> HistoryStep {
    let lease = lease()
    switch number(0..<16) {
    case 0: return .grantLease(lease, seconds: 9_000_000_001)
    case ..<7: return .grantLease(lease, seconds: 1000 * (lease + 5) + Int64(number(0..<3)) * 10_000)
    case 7, 8: return .revokeLease(lease)
    case 9, 10: return .keepLeaseAlive(lease)
    case 11...13: return .timeToLive(lease)
    default: return .leases
    }
  }

  mutating func delete() -> DeleteRequest {
    var request = DeleteRequest(keyRange())
    request.returnsPrevious = oneIn(2)
    return request
  }

  mutating func range(isInTransaction: Bool = false) -> RangeRequest {
    var query = RangeQuery(keyRange())
    if oneIn(2) { query.limit = pick(1, 2, 3, 5, 8, 12, 100, -1) }
    if oneIn(2) {
      query.sortKey = pick(.key, .version, .createRevision, .modRevision, .value)
      query.order = pick(.ascending, .descending)
      if query.order == .ascending { query.limitsBeforeSorting = oneIn(2) }
    }
    query.keysOnly = oneIn(6)
    query.countsOnly = oneIn(8)
    if oneIn(5) { query.minimumModRevision = revision() }
    if oneIn(6) { query.maximumModRevision = revision() }
    if oneIn(6) { query.minimumCreateRevision = revision() }
    if oneIn(6) { query.maximumCreateRevision = revision() }
    var request = RangeRequest(query)
    if oneIn(isInTransaction ? 6 : 2) { request.revision = oneIn(10) ? Revision(-1) : revision() }
    // In a transaction -1 is refused as compacted, but not by a server that was never compacted: there it is current.
    if isInTransaction, state.compact == .zero { request.revision = max(request.revision, .zero) }
    return request
  }

  private mutating func watches() -> HistoryStep {
    let watches = (0..<number(4..<10)).map { _ in
      var watch = HistoryWatch(range: keyRange(), start: oneIn(5) ? .zero : max(revision(), .zero))
      // An empty key or range means something else to a watch, which belongs to the wire.
      if watch.range.lower.isEmpty || watch.range.isEmpty { watch.range = .etcd(key: [0], rangeEnd: [0]) }
      watch.options.includesPrevious = oneIn(2)
      watch.options.excludesPuts = oneIn(8)
      watch.options.excludesDeletes = oneIn(8)
      return watch
    }
    let during = (0..<number(0..<8)).map { _ -> HistoryStep in
      switch number(0..<10) {
      case 0: .compact(compactionTarget())
      case 1...3: .put(put(key()))
      case 4, 5: .delete(delete())
      case 6: .revokeLease(lease())
      default: .transaction(transaction())
      }
    }
    return .watches(watches, during: during)
  }
}
