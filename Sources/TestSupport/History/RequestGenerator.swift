public import MVCC

/// Random requests on a few hot keys, which know what their client has learnt so far.
public struct RequestGenerator: Sendable {
  /// The keys, few enough that clients are in each other's way.
  public static let keys = ["a/1", "a/2", "a/3", "b/1", "b/2", "b/3", "b/3/x", "c"].map(bytes)

  /// Random numbers, for whoever drives the generator too.
  public var random: SeededGenerator

  /// The newest revision that the client has learnt of.
  public private(set) var newest = Revision.initial

  private let client: String
  /// Leases that the client made and does not know to be gone.
  private var leases: [Int64] = []
  private var modRevisions: [[UInt8]: Revision] = [:]

  /// A generator for a client of that name; values tell who wrote them.
  public init(client: String, seed: UInt64) {
    self.client = client
    random = SeededGenerator(seed: seed)
  }

  /// A put, a deletion, a compare-and-swap, or several changes at once.
  public mutating func write(number: Int) -> StoreRequest {
    let key = self.key()
    if random.oneIn(16) { return lease(number) }
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: return .write([put(key, number)], if: nil)
    case 4: return .write([.delete(key: key)], if: nil)
    case 5: return .delete(random.oneIn(2) ? .key(key) : .prefix(bytes(random.oneIn(2) ? "a/" : "b/3")))
    case 6..<8:
      let condition = StoreRequest.Condition(key: key, modRevision: modRevisions[key] ?? .zero)
      return .write([random.oneIn(4) ? .delete(key: key) : put(key, number)], if: condition)
    default:
      let keys = Self.keys.shuffled(using: &random).prefix(Int.random(in: 2...4, using: &random))
      return .write(keys.map { random.oneIn(3) ? .delete(key: $0) : put($0, number) }, if: nil)
    }
  }

  /// A range, now or at a revision not long ago.
  public mutating func read() -> StoreRequest {
    let range: KeyRange =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .all
      case 1: .prefix(bytes(random.oneIn(2) ? "a/" : "b/"))
      default: .key(key())
      }
    if random.oneIn(2) { return .range(range, at: nil) }
    let distance = Int64.random(in: 0...(random.oneIn(3) ? 400 : 20), using: &random)
    return .range(range, at: max(.initial, newest - distance))
  }

  /// A compaction that leaves readers little room.
  public mutating func compaction() -> StoreRequest { .compact(to: max(.initial, newest - Int64.random(in: 0...150, using: &random))) }

  /// Any range that holds some of the keys, and options that leave something of them.
  public mutating func watch() -> (range: KeyRange, options: WatchOptions) {
    let range: KeyRange =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .all
      case 1: .prefix(bytes("b/"))
      case 2: .from(key())
      default: .key(key())
      }
    var options = WatchOptions(includesPrevious: !random.oneIn(3))
    options.excludesPuts = random.oneIn(4)
    options.excludesDeletes = !options.excludesPuts && random.oneIn(4)
    if random.oneIn(2) { options.progressInterval = .milliseconds(Int.random(in: 1...30, using: &random)) }
    return (range, options)
  }

  /// Learns from an answer how far the store is and where keys were last changed.
  public mutating func learn(_ request: StoreRequest, _ answer: StoreAnswer) {
    switch answer {
    case .written(let isApplied, let revision, let before):
      newest = max(newest, revision)
      if case .attach(let key, _, _) = request { modRevisions[key] = revision }
      if case .revoke(let lease) = request { leases.removeAll { $0 == lease } }
      if case .delete = request { for keyValue in before { modRevisions[keyValue?.key ?? []] = nil } }
      guard case .write(let changes, let condition) = request else { return }
      if isApplied {
        for change in changes { if case .put(let key, _) = change { modRevisions[key] = revision } else { modRevisions[change.key] = nil } }
      } else if let condition {
        modRevisions[condition.key] = before.first??.modRevision
      }
    case .range(let revision, let keyValues):
      newest = max(newest, revision)
      guard case .range(_, at: nil) = request else { return }
      for keyValue in keyValues { modRevisions[keyValue.key] = keyValue.modRevision }
    case .lease(let isAlive):
      if case .grant(let lease, _) = request { leases.append(lease) }
      if case .keepAlive(let lease) = request, !isAlive { leases.removeAll { $0 == lease } }
    case .refused:
      if case .attach(_, _, let lease) = request { leases.removeAll { $0 == lease } }
      if case .revoke(let lease) = request { leases.removeAll { $0 == lease } }
    case .compacted, .unknown: return
    }
  }

  /// The last changes of a run, four in number: two before and two after the end is announced, so that every watch has something to come at the end.
  public static func farewell(_ number: Int) -> StoreRequest {
    .write(keys.map { number % 2 == 0 ? .put(key: $0, value: bytes("farewell\(number)")) : .delete(key: $0) }, if: nil)
  }

  /// A grant, or something with a lease that was granted.
  private mutating func lease(_ number: Int) -> StoreRequest {
    guard let lease = leases.randomElement(using: &random), !random.oneIn(8) else {
      return .grant(lease: Int64.random(in: 1...Int64.max, using: &random), seconds: 2)
    }
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .revoke(lease: lease)
    case 1..<4: return .keepAlive(lease: lease)
    // Keys apart from the hot ones, on which no lease would last until its end.
    default:
      let key = bytes("leased/\(Int.random(in: 0..<100, using: &random))")
      return .attach(key: key, value: bytes("\(client).\(number)"), lease: lease)
    }
  }

  private mutating func key() -> [UInt8] { Self.keys.randomElement(using: &random) ?? Self.keys[0] }

  /// Now and then a value that does not fit into the log's own row, nor compresses well.
  private mutating func put(_ key: [UInt8], _ number: Int) -> ModelStore.Change {
    var value = bytes("\(client).\(number)")
    if random.oneIn(40) { value += (0..<2500).map { _ in UInt8.random(in: 97...122, using: &random) } }
    return .put(key: key, value: value)
  }
}
