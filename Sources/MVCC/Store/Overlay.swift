/// What a write body has changed so far, over an open transaction that it has not touched.
///
/// A body that throws is forgotten by dropping its overlay, so a refused write leaves nothing and needs no nested transaction.
struct Overlay {
  /// A key's fate.
  enum Change {
    case put(EncodedValue, value: [UInt8], lease: Int64)
    case delete

    var isPut: Bool {
      if case .put = self { return true }
      return false
    }
  }

  /// The committed version under a change.
  struct Prior {
    let record: Record
    let bytes: [UInt8]
  }

  struct Entry {
    let key: [UInt8]
    var change: Change
    /// The committed version that it replaces; nil when there is none, or when it follows another change of this body.
    let prior: Prior?
    /// The place of an earlier change of this key that is kept beside this one.
    var predecessor: Int?

    /// Whether the key was absent before and is absent again.
    var isVoid: Bool {
      if case .delete = change { return prior == nil && predecessor == nil }
      return false
    }
  }

  /// In the order of each key's first change, which becomes the order of its events.
  private(set) var entries: [Entry] = []
  private var places: [[UInt8]: Int] = [:]

  /// Whether there is nothing to write.
  var isEmpty: Bool { entries.allSatisfy(\.isVoid) }

  /// Whether nothing was changed, not even back and forth.
  var isUntouched: Bool { entries.isEmpty }

  var keepsSeveralChangesOfAKey: Bool { entries.count != places.count }

  var count: Int { entries.count }

  func entry(_ key: [UInt8]) -> Entry? { places[key].map { entries[$0] } }

  /// Notes the change of a key for the first time.
  mutating func add(_ key: [UInt8], _ change: Change, prior: Prior?) {
    places[key] = entries.count
    entries.append(Entry(key: key, change: change, prior: prior, predecessor: nil))
  }

  /// Changes a key again; answers whether it was changed before.
  ///
  /// - Parameter keepsEarlier: whether a put and a deletion that follow each other are both kept, each an event of the one revision. etcd's
  ///   transactions can do that in a few cases (`WrittenKeys`); bodies do not.
  mutating func replace(_ key: [UInt8], _ change: Change, keepsEarlier: Bool) -> Bool {
    guard let place = places[key] else { return false }
    if keepsEarlier, entries[place].change.isPut != change.isPut {
      places[key] = entries.count
      entries.append(Entry(key: key, change: change, prior: nil, predecessor: place))
    } else {
      entries[place].change = change
    }
    return true
  }

  /// The changed keys of a range, in `order`.
  func keys(in range: KeyRange, _ order: RangeQuery.Order) -> [[UInt8]] {
    if entries.isEmpty { return [] }
    let keys = places.keys.filter(range.contains)
    return keys.sorted { order == .ascending ? $0.lexicographicallyPrecedes($1) : $1.lexicographicallyPrecedes($0) }
  }
}
