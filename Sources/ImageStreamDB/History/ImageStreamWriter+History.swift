internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Drops the oldest events of a tag until `count` are left, at most `maximumEventsPerUntag` of them at a time; answers whether any was dropped.
  ///
  /// The newest event always stays. Earlier revisions still show those that go.
  @discardableResult
  public mutating func trimHistory(of name: ImageStreamTagName, to count: Int) throws -> Bool {
    var record = try tagRecord(name)
    let excess = min(Int(record.eventCount) - max(count, 1), Self.maximumEventsPerUntag)
    guard excess > 0 else { return false }
    for event in try oldestEvents(of: name, count: excess) { try removeOldest(event) }
    record.eventCount -= Int64(excess)
    try put(record, name)
    return true
  }
}
