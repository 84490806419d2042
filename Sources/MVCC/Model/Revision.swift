/// A point in a store's history: the number of one write transaction.
///
/// A new store stands at revision 1; its first effective write becomes 2. Every key that one
/// transaction changes carries the transaction's revision (etcd, `api/mvccpb/kv.proto`).
public struct Revision: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  /// The counter, 1 or more for revisions that exist; 0 stands for "before everything".
  public let rawValue: Int64

  /// The revision with that number.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// The revision with that number.
  public init(_ number: Int64) { rawValue = number }

  /// Before the first revision of any store.
  public static let zero = Revision(0)

  /// The revision of a store that has never been written.
  public static let initial = Revision(1)

  public static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }

  /// The revision `distance` later.
  public static func + (revision: Revision, distance: Int64) -> Revision { Revision(revision.rawValue + distance) }

  /// The revision `distance` earlier.
  public static func - (revision: Revision, distance: Int64) -> Revision { Revision(revision.rawValue - distance) }
}

extension Revision: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral number: Int64) { rawValue = number }

  public var description: String { String(rawValue) }
}
