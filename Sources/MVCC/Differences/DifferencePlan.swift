internal import LMDB

// Invariants:
//   keys are ascending and cover every key of the range that changed, up to the beginning of `rest`
//   a plan that walks covers the whole range: `rest` is nil

/// How the keys that differ between two revisions are found: one by one as the log names them, or by a walk over the range.
struct DifferencePlan {
  /// Keys of the log held in memory: at 480 bytes a key, 32 MB at the very most and about 5 MB as a rule, twice that while they are gathered.
  static let maximumKeys = 32_768

  /// Keys looked at for one page, and bytes of values in it, which bound a read transaction and the memory.
  static let maximumKeysPerPage = 2_000
  static let maximumBytesPerPage = 4 << 20

  enum Way {
    case keys(ArraySlice<[UInt8]>)
    case walk(KeyRange)
  }

  /// What is still to be done; nil at the end.
  var way: Way?
  /// What the plan leaves to another one.
  let rest: KeyRange?

  var isDone: Bool { way == nil }
}

/// The smallest of the keys that were offered, without repetitions.
private struct SmallestKeys {
  private var keys: Set<[UInt8]> = []
  /// Keys from here on are not held any more.
  private(set) var bound: [UInt8]?

  mutating func offer(_ key: [UInt8]) {
    if let bound, !key.lexicographicallyPrecedes(bound) { return }
    keys.insert(key)
    guard keys.count >= 2 * DifferencePlan.maximumKeys else { return }
    let sorted = self.sorted
    bound = sorted[DifferencePlan.maximumKeys]
    keys = Set(sorted[..<DifferencePlan.maximumKeys])
  }

  var sorted: [[UInt8]] { keys.sorted { $0.lexicographicallyPrecedes($1) } }
}

extension ReadView {
  /// Chooses the cheaper way: steps through the log and through the range in turn, and takes the one that ends first.
  func planDifferences(since earlier: Revision, in range: KeyRange) throws -> DifferencePlan {
    try checkReadable(range, at: earlier)
    if range.isEmpty { return DifferencePlan(way: nil, rest: nil) }
    var changed = SmallestKeys()
    let isLogShorter = try transaction.withCursor(on: tables.log) { log in
      try transaction.withCursor(on: tables.current) { current in
        try transaction.withCursor(on: tables.history) { history in
          try gather(since: earlier, in: range, &changed, &log, &current, &history)
        }
      }
    }
    guard isLogShorter else { return DifferencePlan(way: .walk(range), rest: nil) }
    let keys = changed.sorted
    return DifferencePlan(
      way: keys.isEmpty ? nil : .keys(keys[...]), rest: changed.bound.map { KeyRange(from: $0, upTo: range.upper) })
  }

  /// Gathers the keys that the log names; gives up, with false, once the range is known to have no more keys than the log has rows.
  private func gather(
    since earlier: Revision, in range: KeyRange, _ changed: inout SmallestKeys, _ log: inout Cursor, _ current: inout Cursor,
    _ history: inout Cursor
  ) throws -> Bool {
    var isInLog = try log.seek(toAtLeast: LogKey.make(earlier + 1, 0).span)
    var isInCurrent = try range.lower.isEmpty ? current.first() : current.seek(toAtLeast: range.lower.span)
    var past = HistoryWalker(range, .ascending)
    var pastKey = try past.start(&history)
    while isInLog {
      guard let place = LogKey.parse(log.key) else { throw StoreError.corruptLog(earlier) }
      guard place.revision <= revision else { return true }
      let row = try LogRow.decode(log.value, revision: place.revision)
      if range.contains(row.key) { changed.offer(row.key) }
      isInLog = try log.next()
      if isInCurrent, range.isAbove(current.key) {
        isInCurrent = try current.next()
      } else if let key = pastKey {
        isInCurrent = false
        pastKey = try past.advance(&history, after: key)
      } else {
        return false
      }
    }
    return true
  }

  /// The next differences of a plan, which moves on.
  func differences(
    since earlier: Revision, in range: KeyRange, _ plan: inout DifferencePlan, keysOnly: Bool
  ) throws -> [KeyDifference] {
    try checkReadable(range, at: earlier)
    switch plan.way {
    case .keys(let keys): return try differences(since: earlier, of: keys, &plan, keysOnly)
    case .walk(let range): return try differences(since: earlier, in: range, &plan, keysOnly)
    case nil: return []
    }
  }

  private func differences(
    since earlier: Revision, of keys: ArraySlice<[UInt8]>, _ plan: inout DifferencePlan, _ keysOnly: Bool
  ) throws -> [KeyDifference] {
    var page = DifferencePage()
    var keys = keys
    while !page.isFull, let key = keys.popFirst() {
      page.noteKey()
      let after = try version(key, at: revision, keysOnly)
      let before = try version(key, at: earlier, keysOnly)
      page.add(key, before, after)
    }
    plan.way = keys.isEmpty ? nil : .keys(keys)
    return page.differences
  }

  /// One page of a merge of the live keys with those that history alone still knows.
  private func differences(
    since earlier: Revision, in range: KeyRange, _ plan: inout DifferencePlan, _ keysOnly: Bool
  ) throws -> [KeyDifference] {
    var page = DifferencePage()
    plan.way = nil
    try transaction.withCursor(on: tables.current) { current in
      try transaction.withCursor(on: tables.history) { history in
        var live = KeyWalker(range, .ascending)
        var past = HistoryWalker(range, .ascending)
        var liveKey = try live.start(&current)
        var pastKey = try past.start(&history)
        while let key = Self.lower(liveKey, pastKey) {
          if page.isFull {
            plan.way = .walk(KeyRange(from: key, upTo: range.upper))
            return
          }
          page.noteKey()
          // A live version from before the first revision is the one of both, and nothing of its history is.
          let liveRevision = liveKey == key ? try Record.decode(current.value, key: key).modRevision : nil
          if liveRevision.map({ $0 > earlier }) ?? true {
            page.add(key, try version(key, at: earlier, keysOnly), try version(key, at: revision, keysOnly))
          }
          if pastKey == key { pastKey = try past.advance(&history, after: key) }
          if liveKey == key { liveKey = try live.advance(&current) }
        }
      }
    }
    return page.differences
  }

  private static func lower(_ left: [UInt8]?, _ right: [UInt8]?) -> [UInt8]? {
    guard let left else { return right }
    guard let right else { return left }
    return right.lexicographicallyPrecedes(left) ? right : left
  }

  /// The version of `key` that was visible at a readable revision.
  private func version(_ key: [UInt8], at revision: Revision, _ keysOnly: Bool) throws -> KeyValue? {
    let newest = try lookup.current(key, transaction) { bytes -> KeyValue? in
      let record = try Record.decode(bytes, key: key)
      guard record.modRevision <= revision else { return nil }
      return keysOnly ? Self.withoutValue(record, key) : try decoded(record, bytes, key)
    }
    if let visible = newest ?? nil { return visible }
    return try lookup.history(key, at: revision, transaction) { bytes in
      let record = try Record.decode(bytes, key: key)
      return keysOnly ? Self.withoutValue(record, key) : try decoded(record, bytes, key)
    }
  }
}

/// Differences on their way out of a read.
private struct DifferencePage {
  private(set) var differences: [KeyDifference] = []
  private var keyCount = 0
  private var byteCount = 0

  var isFull: Bool { keyCount >= DifferencePlan.maximumKeysPerPage || byteCount >= DifferencePlan.maximumBytesPerPage }

  mutating func noteKey() { keyCount += 1 }

  /// Takes a key unless it is the same at both revisions, or at neither.
  mutating func add(_ key: [UInt8], _ before: KeyValue?, _ after: KeyValue?) {
    guard before?.modRevision != after?.modRevision else { return }
    differences.append(KeyDifference(key: key, before: before, after: after))
    byteCount += (before?.value.count ?? 0) + (after?.value.count ?? 0)
  }
}
