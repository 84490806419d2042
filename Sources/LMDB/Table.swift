public import CLMDB

/// A named table (LMDB: database) of one environment, opened once when the environment was.
public struct Table: Sendable, Hashable {
  /// The name it was opened by.
  public let name: String
  @usableFromInline let index: MDB_dbi
  /// The environment that it belongs to, so that a table is not taken for another environment's table of the same index.
  @usableFromInline let environmentID: Int
}
