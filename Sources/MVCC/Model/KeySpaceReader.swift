/// What can be read inside a closure: the committed store at one revision, or a write body's own view of it.
///
/// Code that reads is written once against this protocol and serves reads and writes alike.
public protocol KeySpaceReader: ~Copyable {
  /// The revision that reads see; in a write body, the last one committed before it.
  var revision: Revision { get }

  /// The newest version of `key`, or nil when it does not exist at this revision.
  ///
  /// - Throws: `StoreError` with code `corrupt` when the stored bytes fail their checksum.
  /// - Complexity: one B-tree descent.
  mutating func get(_ key: [UInt8]) throws -> KeyValue?

  /// Visits the keys of `range` one by one in key order until `body` answers false.
  ///
  /// Nothing is kept in memory, so that a range of any size can be walked.
  /// - Parameter keysOnly: whether values are left out, which saves reading and decompressing them.
  mutating func forEach(
    in range: KeyRange, order: RangeQuery.Order, keysOnly: Bool, _ body: (KeyValue) throws -> Bool
  ) throws

  /// The keys of a query, all at once.
  ///
  /// - Complexity: O(answer) in key order without filters; O(keys in range) otherwise, and for the count.
  mutating func range(_ query: RangeQuery) throws -> RangeResult

  /// The number of keys in `range`.
  ///
  /// - Complexity: O(keys in range), without reading values.
  mutating func count(_ range: KeyRange) throws -> Int
}

extension KeySpaceReader where Self: ~Copyable {
  /// Visits the keys of a query one by one until `body` answers false.
  ///
  /// Only a query that sorts by something else than the key keeps its answer in memory.
  public mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws {
    guard query.sortKey == .key else {
      for keyValue in try range(query).keyValues { guard try body(keyValue) else { return } }
      return
    }
    var visited = 0
    try forEach(in: query.range, order: query.order, keysOnly: query.keysOnly) { keyValue in
      if query.hasFilters, !query.accepts(keyValue) { return true }
      visited += 1
      return try body(keyValue) && (query.limit <= 0 || visited < query.limit)
    }
  }

  /// Whether `key` exists at this revision.
  public mutating func contains(_ key: [UInt8]) throws -> Bool { try count(.key(key)) == 1 }

  /// The one way in which a query is answered.
  mutating func answer(_ query: RangeQuery) throws -> RangeResult {
    if query.countsOnly { return RangeResult(keyValues: [], hasMore: false, count: try count(query.range)) }
    var result = query.sortKey == .key ? try inKeyOrder(query) : try sorted(query)
    if query.includesCount {
      // Without a limit that cut it and without filters, the answer itself is the count.
      let isWhole = !result.hasMore && !query.hasFilters
      result.count = isWhole ? result.keyValues.count : try count(query.range)
    }
    return result
  }

  private mutating func inKeyOrder(_ query: RangeQuery) throws -> RangeResult {
    var result = RangeResult(keyValues: [], hasMore: false)
    // A limit is often far beyond what the range holds.
    result.keyValues.reserveCapacity(min(max(query.limit, 0), 128))
    try forEach(in: query.range, order: query.order, keysOnly: query.keysOnly) { keyValue in
      if query.hasFilters, !query.accepts(keyValue) { return true }
      if query.limit > 0, result.keyValues.count == query.limit {
        result.hasMore = true
        return false
      }
      result.keyValues.append(keyValue)
      return true
    }
    return result
  }

  private mutating func sorted(_ query: RangeQuery) throws -> RangeResult {
    var keyValues: [KeyValue] = []
    // etcd looks one key further than the limit, sorts, and only then cuts; a filter lifts the limit.
    let fetched = query.limitsBeforeSorting && !query.hasFilters && query.limit > 0 ? query.limit + 1 : Int.max
    try forEach(in: query.range, order: .ascending, keysOnly: query.keysOnly && query.sortKey != .value) { keyValue in
      if query.accepts(keyValue) { keyValues.append(keyValue) }
      return keyValues.count < fetched
    }
    query.sort(&keyValues)
    let hasMore = query.limit > 0 && keyValues.count > query.limit
    if hasMore { keyValues.removeLast(keyValues.count - query.limit) }
    if query.keysOnly { for index in keyValues.indices { keyValues[index].value = [] } }
    return RangeResult(keyValues: keyValues, hasMore: hasMore)
  }
}
