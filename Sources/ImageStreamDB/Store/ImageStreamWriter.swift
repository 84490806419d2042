public import MVCC

/// Images, streams and tags in a write body: what it changes is seen by its own reads, and committed as one revision or not at all.
public struct ImageStreamWriter: ~Copyable, ImageStreamReading {
  var view: WriteView

  init(_ view: consuming WriteView) { self.view = view }

  public var revision: Revision { view.revision }

  /// The revision that this write gets if it changes anything.
  public var nextRevision: Revision { view.nextRevision }

  /// When this write is committed.
  public var time: Timestamp { view.time }

  public mutating func get(_ key: [UInt8]) throws -> KeyValue? { try view.get(key) }

  public mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws { try view.forEach(query, body) }

  consuming func finish() -> WriteView { view }
}
