/// What can be said of a request without looking at the store, in the order in which etcd says it (etcd, `api/v3rpc/key.go`).
struct RequestLimits {
  /// The most compares, or operations in one branch; a nested transaction may have what the enclosing one leaves of it.
  var maximumOperations: Int
  /// The most bytes of a request as etcd would encode it.
  var maximumBytes: Int

  init(_ configuration: StoreConfiguration) {
    maximumOperations = configuration.maximumOperationsPerTransaction
    maximumBytes = configuration.maximumRequestBytes
  }

  func check(byteCount: Int) throws(StoreError) {
    guard byteCount <= maximumBytes else { throw .requestTooLarge(byteCount, maximum: maximumBytes) }
  }
}

extension RangeRequest {
  func validate() throws(StoreError) {
    if query.range.lower.isEmpty { throw .keyNotProvided }
  }
}

extension PutRequest {
  func validate() throws(StoreError) {
    if key.isEmpty { throw .keyNotProvided }
    if keepsValue, !value.isEmpty { throw .valueProvided(key) }
    if keepsLease, lease != 0 { throw .leaseProvided(key) }
  }
}

extension DeleteRequest {
  func validate() throws(StoreError) {
    if range.lower.isEmpty { throw .keyNotProvided }
  }
}

extension TransactionRequest {
  func validate(_ limits: RequestLimits) throws(StoreError) {
    try validateOperations(maximum: limits.maximumOperations, limit: limits.maximumOperations)
    _ = try WrittenKeys(success)
    _ = try WrittenKeys(failure)
  }

  private func validateOperations(maximum: Int, limit: Int) throws(StoreError) {
    let largest = max(compares.count, success.count, failure.count)
    guard largest <= maximum else { throw .tooManyOperations(limit: limit) }
    for compare in compares where compare.range.lower.isEmpty { throw .keyNotProvided }
    for operation in success + failure {
      switch operation {
      case .range(let request): try request.validate()
      case .put(let request): try request.validate()
      case .delete(let request): try request.validate()
      case .transaction(let request): try request.validateOperations(maximum: maximum - largest, limit: limit)
      case .empty: throw .operationIsEmpty
      }
    }
  }

  /// Whether neither branch of it, at any depth, can change anything.
  var isReadOnly: Bool {
    (success + failure).allSatisfy { operation in
      switch operation {
      case .range, .empty: true
      case .put, .delete: false
      case .transaction(let request): request.isReadOnly
      }
    }
  }

  /// Whether a branch of it, at any depth, puts a key.
  var holdsPut: Bool {
    (success + failure).contains { operation in
      switch operation {
      case .put: true
      case .range, .delete, .empty: false
      case .transaction(let request): request.holdsPut
      }
    }
  }
}

/// The keys that a branch puts and the ranges that it deletes: none may be put twice, nor both put and deleted.
///
/// A nested transaction's two branches exclude each other, so both may put one key. A put in a nested transaction is held only against deletions
/// seen before it: a later sibling may delete the key (etcd's own rule has this hole, and clients may rely on it). A deletion without an end is held
/// against nothing, since etcd takes its end, a lone zero byte, for a key that lies before its beginning.
private struct WrittenKeys {
  var puts: Set<[UInt8]> = []
  var deletes: [KeyRange] = []

  init(_ operations: [TransactionOperation]) throws(StoreError) {
    for case .delete(let request) in operations where request.range.upper != nil { deletes.append(request.range) }
    for case .transaction(let request) in operations {
      let then = try WrittenKeys(request.success)
      let otherwise = try WrittenKeys(request.failure)
      for key in then.puts { try add(key) }
      for key in otherwise.puts where !then.puts.contains(key) { try add(key) }
      deletes += then.deletes
      deletes += otherwise.deletes
    }
    for case .put(let request) in operations { try add(request.key) }
  }

  private func deletesAny(_ key: [UInt8]) -> Bool { deletes.contains { $0.contains(key) } }

  private mutating func add(_ key: [UInt8]) throws(StoreError) {
    guard !deletesAny(key), puts.insert(key).inserted else { throw .duplicateKey(key) }
  }
}

// MARK: - Sentences

extension StoreError {
  static var keyNotProvided: StoreError {
    StoreError(
      .invalidArgument, "a request names no key; the smallest key, a lone zero byte, begins a range of all", etcdStatus: .keyNotProvided)
  }

  static func valueProvided(_ key: [UInt8]) -> StoreError {
    StoreError(
      .invalidArgument, "a put that keeps the value of \"\(printable(key))\" comes with one; leave one of the two out",
      etcdStatus: .valueProvided)
  }

  static func leaseProvided(_ key: [UInt8]) -> StoreError {
    StoreError(
      .invalidArgument, "a put that keeps the lease of \"\(printable(key))\" comes with one; leave one of the two out",
      etcdStatus: .leaseProvided)
  }

  static func keyToKeepNotFound(_ key: [UInt8]) -> StoreError {
    StoreError(
      .notFound, "a put that keeps the value or lease of \"\(printable(key))\" found no such key; put it with both first",
      etcdStatus: .keyNotFound)
  }

  static var operationIsEmpty: StoreError {
    StoreError(
      .invalidArgument, "an operation of a transaction is neither range, put, deletion nor transaction; leave it out",
      etcdStatus: .keyNotFound)
  }

  static func tooManyOperations(limit: Int) -> StoreError {
    StoreError(
      .tooLarge,
      "a transaction has too many compares or operations; the limit is \(limit), counted along the deepest nesting; split the transaction",
      etcdStatus: .tooManyOperations)
  }

  static func duplicateKey(_ key: [UInt8]) -> StoreError {
    StoreError(
      .invalidArgument, "a transaction changes the key \"\(printable(key))\" twice; it may be put once, and then not be deleted as well",
      etcdStatus: .duplicateKey)
  }

  static func requestTooLarge(_ byteCount: Int, maximum: Int) -> StoreError {
    StoreError(.tooLarge, "a request has \(byteCount) bytes; the limit is \(maximum); split it", etcdStatus: .requestTooLarge)
  }
}
