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

  /// Visits the keys of a query one by one until `body` answers false.
  ///
  /// The query's limit bounds the visits. Nothing is kept in memory, so that a range of any size can be walked.
  mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws

  /// The number of keys in `range`.
  ///
  /// - Complexity: O(keys in range), without reading values.
  mutating func count(_ range: KeyRange) throws -> Int
}

extension KeySpaceReader where Self: ~Copyable {
  /// The keys of a query, all at once.
  public mutating func range(_ query: RangeQuery) throws -> RangeResult {
    var result = RangeResult(keyValues: [], hasMore: false)
    var unlimited = query
    unlimited.limit = query.limit == 0 ? 0 : query.limit + 1
    try forEach(unlimited) { keyValue in
      if query.limit != 0, result.keyValues.count == query.limit {
        result.hasMore = true
        return false
      }
      result.keyValues.append(keyValue)
      return true
    }
    return result
  }

  /// Whether `key` exists at this revision.
  public mutating func contains(_ key: [UInt8]) throws -> Bool { try count(.key(key)) == 1 }
}
