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
  /// Where the latest change of a key is, once there are too many to look through.
  private var places: [[UInt8]: Int] = [:]

  /// Up to here looking through the entries is faster than hashing; most writes change one key to five.
  private static let maximumUnindexedEntries = 8

  private(set) var keepsSeveralChangesOfAKey = false

  /// Whether there is nothing to write.
  var isEmpty: Bool { entries.allSatisfy(\.isVoid) }

  /// Whether nothing was changed, not even back and forth.
  var isUntouched: Bool { entries.isEmpty }

  var count: Int { entries.count }

  func entry(_ key: [UInt8]) -> Entry? { place(of: key).map { entries[$0] } }

  private func place(of key: [UInt8]) -> Int? {
    if entries.count > Self.maximumUnindexedEntries { return places[key] }
    return entries.lastIndex { $0.key == key }
  }

  private mutating func append(_ entry: Entry) {
    entries.append(entry)
    if entries.count == Self.maximumUnindexedEntries + 1 {
      for (place, entry) in entries.enumerated() { places[entry.key] = place }
    } else if entries.count > Self.maximumUnindexedEntries {
      places[entry.key] = entries.count - 1
    }
  }

  /// Notes the change of a key for the first time.
  mutating func add(_ key: [UInt8], _ change: Change, prior: Prior?) {
    append(Entry(key: key, change: change, prior: prior, predecessor: nil))
  }

  /// Changes a key again; answers whether it was changed before.
  ///
  /// - Parameter keepsEarlier: whether a put and a deletion that follow each other are both kept, each an event of the one revision. etcd's
  ///   transactions can do that in a few cases (`WrittenKeys`); bodies do not.
  mutating func replace(_ key: [UInt8], _ change: Change, keepsEarlier: Bool) -> Bool {
    guard let place = place(of: key) else { return false }
    if keepsEarlier, entries[place].change.isPut != change.isPut {
      keepsSeveralChangesOfAKey = true
      append(Entry(key: key, change: change, prior: nil, predecessor: place))
    } else {
      entries[place].change = change
    }
    return true
  }

  /// The changed keys of a range, in `order`.
  func keys(in range: KeyRange, _ order: RangeQuery.Order) -> [[UInt8]] {
    if entries.isEmpty { return [] }
    let keys = entries.lazy.filter { range.contains($0.key) && $0.predecessor == nil }.map(\.key)
    return keys.sorted { order == .ascending ? $0.lexicographicallyPrecedes($1) : $1.lexicographicallyPrecedes($0) }
  }
}
