/// The answer to a `RangeRequest`.
public struct RangeResponse: Hashable, Sendable {
  /// The newest revision of the store, whichever one was read; inside a transaction, as of this operation.
  public var revision: Revision

  /// The keys, in the order asked for, at most as many as the limit.
  public var keyValues: [KeyValue]

  /// Whether keys that fit the query exist beyond the limit.
  public var hasMore: Bool

  /// The number of keys in the range at the revision that was read, before limit and filters.
  public var count: Int

  /// An answer with every field given.
  public init(revision: Revision, keyValues: [KeyValue], hasMore: Bool, count: Int) {
    self.revision = revision
    self.keyValues = keyValues
    self.hasMore = hasMore
    self.count = count
  }
}

/// The answer to a `PutRequest`.
public struct PutResponse: Hashable, Sendable {
  /// The revision of the put.
  public var revision: Revision

  /// The key as it was before, if that was asked for and it existed.
  public var previous: KeyValue?

  /// An answer with every field given.
  public init(revision: Revision, previous: KeyValue? = nil) {
    self.revision = revision
    self.previous = previous
  }
}

/// The answer to a `DeleteRequest`.
public struct DeleteResponse: Hashable, Sendable {
  /// The revision of the deletion, or the newest one when there was nothing to delete.
  public var revision: Revision

  /// How many keys were deleted.
  public var deletedCount: Int

  /// The keys as they were before, in key order, if that was asked for.
  public var previous: [KeyValue]

  /// An answer with every field given.
  public init(revision: Revision, deletedCount: Int, previous: [KeyValue] = []) {
    self.revision = revision
    self.deletedCount = deletedCount
    self.previous = previous
  }
}

/// The answer to a `TransactionRequest`.
public struct TransactionResponse: Hashable, Sendable {
  /// The transaction's own revision, or the newest one when it changed nothing; 0 in a nested transaction (etcd leaves its header empty).
  public var revision: Revision

  /// Whether all compares held.
  public var hasSucceeded: Bool

  /// One answer for each operation of the branch that was run, in order.
  public var responses: [OperationResponse]

  /// An answer with every field given.
  public init(revision: Revision, hasSucceeded: Bool, responses: [OperationResponse]) {
    self.revision = revision
    self.hasSucceeded = hasSucceeded
    self.responses = responses
  }
}

/// The answer to one step of a transaction.
public indirect enum OperationResponse: Hashable, Sendable {
  case range(RangeResponse)
  case put(PutResponse)
  case delete(DeleteResponse)
  case transaction(TransactionResponse)
}
