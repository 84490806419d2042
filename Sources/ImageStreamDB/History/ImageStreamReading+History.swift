internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The events of a tag, newest first.
  ///
  /// - Parameters:
  ///   - before: only events with a smaller sequence, for reading page by page; nil begins with the newest.
  ///   - limit: the most to answer with; 0 means all.
  /// - Throws: `StoreError` with code `notFound` when there is no such tag, `invalidArgument` for a negative limit.
  /// - Complexity: O(answer).
  public mutating func history(of name: ImageStreamTagName, before: Int64? = nil, limit: Int = 0) throws -> [TagEvent] {
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    guard try tag(name) != nil else { throw StoreError.noTag(name) }
    var range = Keyspace.events(of: name)
    if let before { range = KeyRange(from: range.lower, upTo: Keyspace.event(name, max(0, before))) }
    var events: [TagEvent] = []
    try forEach(RangeQuery(range, limit: limit, order: .descending)) { keyValue in
      events.append(try TagEvent(keyValue))
      return true
    }
    return events
  }

  /// One event of a tag, or nil when there is none of that number.
  public mutating func event(_ sequence: Int64, of name: ImageStreamTagName) throws -> TagEvent? {
    guard sequence > 0 else { return nil }
    return try get(Keyspace.event(name, sequence)).map { try TagEvent($0) }
  }
}
