/// What a range read answers with, beyond which keys.
public struct RangeQuery: Hashable, Sendable {
  /// The direction of the answer's order.
  public enum Order: Hashable, Sendable {
    case ascending
    case descending
  }

  /// What the answer is ordered by (etcd's sort target). Keys that tie stand in key order.
  public enum SortKey: Hashable, Sendable {
    case key
    case version
    case createRevision
    case modRevision
    case value
  }

  /// The keys to read.
  public var range: KeyRange

  /// The most keys to answer with; 0 and below mean all.
  public var limit: Int

  /// Smallest or greatest first.
  public var order: Order

  /// By key, which needs no sorting, or by something else, which reads all of the range before the limit is applied.
  public var sortKey = SortKey.key

  /// Whether the limit cuts the range in key order before the sorting, as etcd does when it is given a sort target without an order.
  public var limitsBeforeSorting = false

  /// Whether values are left out, which saves reading and decompressing them.
  public var keysOnly: Bool

  /// Whether `RangeResult.count` is wanted. Costs a step of a cursor for each key beyond the limit.
  public var includesCount = false

  /// Whether only `RangeResult.count` is wanted; the limit then does not matter.
  public var countsOnly = false

  /// Keys last changed before this are left out; 0 leaves out none.
  public var minimumModRevision = Revision.zero

  /// Keys last changed after this are left out; 0 leaves out none.
  public var maximumModRevision = Revision.zero

  /// Keys created before this are left out; 0 leaves out none.
  public var minimumCreateRevision = Revision.zero

  /// Keys created after this are left out; 0 leaves out none.
  public var maximumCreateRevision = Revision.zero

  /// All of `range` in key order, unless said otherwise.
  public init(_ range: KeyRange, limit: Int = 0, order: Order = .ascending, keysOnly: Bool = false) {
    self.range = range
    self.limit = limit
    self.order = order
    self.keysOnly = keysOnly
  }
}

/// The answer to a range read.
public struct RangeResult: Hashable, Sendable {
  /// The keys, in the order asked for, at most as many as the limit.
  public var keyValues: [KeyValue]

  /// Whether keys that fit the query exist beyond the limit.
  public var hasMore: Bool

  /// The number of keys in the range, before limit and filters; nil when it was not asked for.
  public var count: Int?

  /// An answer with every field given.
  public init(keyValues: [KeyValue], hasMore: Bool, count: Int? = nil) {
    self.keyValues = keyValues
    self.hasMore = hasMore
    self.count = count
  }
}

// MARK: - How a query is answered

extension RangeQuery {
  var hasFilters: Bool {
    minimumModRevision != .zero || maximumModRevision != .zero || minimumCreateRevision != .zero || maximumCreateRevision != .zero
  }

  /// Whether a key passes the filters, which bound inclusively.
  func accepts(_ keyValue: KeyValue) -> Bool {
    (minimumModRevision == .zero || keyValue.modRevision >= minimumModRevision)
      && (maximumModRevision == .zero || keyValue.modRevision <= maximumModRevision)
      && (minimumCreateRevision == .zero || keyValue.createRevision >= minimumCreateRevision)
      && (maximumCreateRevision == .zero || keyValue.createRevision <= maximumCreateRevision)
  }

  /// Puts keys that stand in ascending key order in the order asked for.
  func sort(_ keyValues: inout [KeyValue]) {
    switch sortKey {
    case .key: if order == .descending { keyValues.reverse() }
    case .version: sort(&keyValues, by: \.version)
    case .createRevision: sort(&keyValues, by: \.createRevision)
    case .modRevision: sort(&keyValues, by: \.modRevision)
    case .value:
      let order = order
      keyValues.sort { left, right in
        order == .ascending ? left.value.lexicographicallyPrecedes(right.value) : right.value.lexicographicallyPrecedes(left.value)
      }
    }
  }

  private func sort(_ keyValues: inout [KeyValue], by field: KeyPath<KeyValue, some Comparable>) {
    let order = order
    keyValues.sort { left, right in
      order == .ascending ? left[keyPath: field] < right[keyPath: field] : right[keyPath: field] < left[keyPath: field]
    }
  }
}
