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

  /// The keys of the first `sortedCount` entries, in order, each once: a body that changes thousands of keys and reads ranges between does not look through
  /// all of them each time.
  private var sortedKeys: [[UInt8]] = []
  private var sortedCount = 0

  /// Up to here looking through the entries behind those is faster than merging them.
  private static let maximumUnsortedEntries = 64

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
  ///
  /// - Complexity: O(log entries + answer), over time.
  mutating func keys(in range: KeyRange, _ order: RangeQuery.Order) -> [[UInt8]] {
    if entries.count - sortedCount > Self.maximumUnsortedEntries { sortRest() }
    var keys: [[UInt8]] = []
    var place = firstPlace(atLeast: range.lower)
    while place < sortedKeys.count, range.contains(sortedKeys[place]) {
      keys.append(sortedKeys[place])
      place += 1
    }
    for entry in entries[sortedCount...] where entry.predecessor == nil && range.contains(entry.key) { keys.append(entry.key) }
    return keys.sorted { order == .ascending ? $0.lexicographicallyPrecedes($1) : $1.lexicographicallyPrecedes($0) }
  }

  private func firstPlace(atLeast key: [UInt8]) -> Int {
    var (low, high) = (0, sortedKeys.count)
    while low < high {
      let middle = (low + high) / 2
      if sortedKeys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Merges the entries that came since into the sorted keys.
  private mutating func sortRest() {
    let rest = entries[sortedCount...].filter { $0.predecessor == nil }.map(\.key).sorted { $0.lexicographicallyPrecedes($1) }
    var merged: [[UInt8]] = []
    merged.reserveCapacity(sortedKeys.count + rest.count)
    var next = 0
    for key in sortedKeys {
      while next < rest.count, rest[next].lexicographicallyPrecedes(key) {
        merged.append(rest[next])
        next += 1
      }
      merged.append(key)
    }
    merged += rest[next...]
    sortedKeys = merged
    sortedCount = entries.count
  }
}
