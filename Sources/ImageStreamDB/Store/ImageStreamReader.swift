public import MVCC

/// Images, streams and tags at one revision, lent to the body of a read.
public struct ImageStreamReader: ~Copyable, ImageStreamReading {
  private var view: ReadView

  init(_ view: consuming ReadView) { self.view = view }

  public var revision: Revision { view.revision }

  /// The oldest revision that can be read.
  public var oldestRevision: Revision { max(view.compactRevision, .initial) }

  /// When the revision was committed; nil for a store that has not been written.
  public func commitTime() throws -> Timestamp? { try view.commitTime() }

  public mutating func get(_ key: [UInt8]) throws -> KeyValue? { try view.get(key) }

  public mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws { try view.forEach(query, body) }

  /// The versions of one key of the key space, newest first, up to the revision of this read.
  mutating func versions(of key: [UInt8]) throws -> [KeyValue] { try view.versions(of: key) }

  /// Every version of every key of a range up to the revision of this read, as far as they are not compacted.
  mutating func forEachVersion(in range: KeyRange, _ body: (KeyVersion) throws -> Bool) throws {
    try view.forEachVersion(in: range, body)
  }

  /// When a revision was committed; nil when that is not known any more.
  func commitTime(of revision: Revision) throws -> Timestamp? { try view.commitTime(of: revision) }

  consuming func finish() -> ReadView { view }
}
