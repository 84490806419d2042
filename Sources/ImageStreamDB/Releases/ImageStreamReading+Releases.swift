internal import ImageRecords
internal import MVCC

extension ImageStreamReading where Self: ~Copyable {
  /// The newest release of a set; nil when there is no such set.
  public mutating func release(_ set: ReleaseSetName) throws -> Release? {
    guard let keyValue = try get(Keyspace.set(set)) else { return nil }
    let record: Isdb_V1_ReleaseSetRecord = try RecordCoding.decode(keyValue)
    return try release(set, record.newestSequence)
  }

  /// A release of a set by its number; nil when there is none.
  public mutating func release(_ set: ReleaseSetName, _ sequence: Int64) throws -> Release? {
    guard sequence > 0, let keyValue = try get(Keyspace.release(set, sequence)) else { return nil }
    return try Release(RecordCoding.decode(keyValue), of: set, in: keyValue.key)
  }

  /// The releases of a set, newest first.
  ///
  /// - Parameters:
  ///   - before: only releases with a smaller sequence, for reading page by page; nil begins with the newest.
  ///   - limit: the most to answer with; 0 means all.
  public mutating func releases(of set: ReleaseSetName, before: Int64? = nil, limit: Int = 0) throws -> [Release] {
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    guard try get(Keyspace.set(set)) != nil else { throw StoreError.noSet(set) }
    var range = Keyspace.releases(of: set)
    if let before { range = KeyRange(from: range.lower, upTo: Keyspace.release(set, max(0, before))) }
    var releases: [Release] = []
    try forEach(RangeQuery(range, limit: limit, order: .descending)) { keyValue in
      releases.append(try Release(RecordCoding.decode(keyValue), of: set, in: keyValue.key))
      return true
    }
    return releases
  }

  /// Every set, by name.
  public mutating func releaseSets() throws -> [ReleaseSetName] {
    var sets: [ReleaseSetName] = []
    try forEach(RangeQuery(.prefix(Array(Keyspace.sets.utf8)), keysOnly: true)) { keyValue in
      sets.append(try ReleaseSetName(Keyspace.name(keyValue.key, after: Keyspace.sets)))
      return true
    }
    return sets
  }
}
