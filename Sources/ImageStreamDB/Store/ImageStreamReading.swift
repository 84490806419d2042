public import MVCC

/// What can be asked about images, streams and tags, in a read or in a write body.
///
/// The answers are those of one revision: the one that was asked for, or in a write body the last one with the body's own changes over it.
public protocol ImageStreamReading: ~Copyable {
  /// The revision that reads see.
  var revision: Revision { get }

  /// One key of the key space, by its bytes.
  mutating func get(_ key: [UInt8]) throws -> KeyValue?

  /// Keys of the key space, one by one, until `body` answers false.
  mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws
}
