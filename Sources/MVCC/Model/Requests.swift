/// A read of a range as a value (etcd's `RangeRequest`).
public struct RangeRequest: Hashable, Sendable {
  /// What to read. The answer always has its count.
  public var query: RangeQuery

  /// The revision to read at; 0 is the current one. Outside of a transaction, numbers below 0 are too.
  public var revision: Revision

  /// A read of the newest state, unless a revision is given.
  public init(_ query: RangeQuery, revision: Revision = .zero) {
    self.query = query
    self.revision = revision
  }
}

/// A put as a value (etcd's `PutRequest`).
public struct PutRequest: Hashable, Sendable {
  /// The key, 1 to 480 bytes.
  public var key: [UInt8]

  /// The value; empty with `keepsValue`.
  public var value: [UInt8]

  /// The lease that the key is attached to from now on, and no other; 0 means none.
  public var lease: Int64

  /// Whether the answer has the key as it was before.
  public var returnsPrevious = false

  /// Whether the key keeps its value; it has to exist (etcd's `ignore_value`).
  public var keepsValue = false

  /// Whether the key keeps its lease; it has to exist (etcd's `ignore_lease`).
  public var keepsLease = false

  /// A put of that value.
  public init(_ key: [UInt8], _ value: [UInt8], lease: Int64 = 0) {
    self.key = key
    self.value = value
    self.lease = lease
  }
}

/// A deletion of a range as a value (etcd's `DeleteRangeRequest`).
public struct DeleteRequest: Hashable, Sendable {
  /// The keys to delete.
  public var range: KeyRange

  /// Whether the answer has the keys as they were before.
  public var returnsPrevious = false

  /// A deletion of those keys.
  public init(_ range: KeyRange) { self.range = range }
}

/// Compare, then or else (etcd's `TxnRequest`): if all of `compares` hold, `success` is run, otherwise `failure`.
///
/// All compares, also those of nested transactions, see the state before the transaction. Operations run in order and see what those before
/// them changed. The whole is one revision, or none when it changes nothing or is refused.
public struct TransactionRequest: Hashable, Sendable {
  /// What has to hold, all of it; nothing always holds.
  public var compares: [Compare]

  /// What is done if it does.
  public var success: [TransactionOperation]

  /// What is done otherwise.
  public var failure: [TransactionOperation]

  /// A transaction with every field given.
  public init(if compares: [Compare] = [], then success: [TransactionOperation] = [], else failure: [TransactionOperation] = []) {
    self.compares = compares
    self.success = success
    self.failure = failure
  }
}

/// One step of a transaction (etcd's `RequestOp`).
public indirect enum TransactionOperation: Hashable, Sendable {
  case range(RangeRequest)
  case put(PutRequest)
  case delete(DeleteRequest)
  case transaction(TransactionRequest)
  /// A step that names nothing to do, as the wire can carry it; a transaction with one is refused.
  case empty
}

/// One condition on the keys of a range (etcd's `Compare`).
///
/// Every key of the range has to meet it. A missing key, or an empty range, has version, revisions and lease 0; its value meets no condition, not even
/// `notEqual`.
public struct Compare: Hashable, Sendable {
  /// How a key's field stands to the operand.
  public enum Relation: Hashable, Sendable {
    case equal
    case greater
    case less
    case notEqual
  }

  /// Which field is compared, with what.
  public enum Operand: Hashable, Sendable {
    case version(Int64)
    case createRevision(Revision)
    case modRevision(Revision)
    /// Byte-wise.
    case value([UInt8])
    case lease(Int64)
  }

  /// The keys that are looked at.
  public var range: KeyRange

  /// How their field has to stand to the operand.
  public var relation: Relation

  /// The field and what it is compared with.
  public var operand: Operand

  /// A condition with every field given.
  public init(_ range: KeyRange, _ relation: Relation, _ operand: Operand) {
    self.range = range
    self.relation = relation
    self.operand = operand
  }

  /// A condition on one key.
  public init(_ key: [UInt8], _ relation: Relation, _ operand: Operand) { self.init(.key(key), relation, operand) }
}
