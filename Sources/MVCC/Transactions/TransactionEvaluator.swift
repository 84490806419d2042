/// A transaction with its branches chosen: what is left of the request once all compares were made.
struct TransactionPath {
  let hasSucceeded: Bool
  let steps: [Step]

  indirect enum Step {
    case range(RangeRequest)
    case put(PutRequest)
    case delete(DeleteRequest)
    case transaction(TransactionPath)
  }

  /// Chooses the branches of a validated request, nested ones included, all on the same state.
  init<Reader: KeySpaceReader & ~Copyable>(_ request: TransactionRequest, _ reader: inout Reader) throws {
    var holds = true
    for compare in request.compares where holds { holds = try compare.holds(in: &reader) }
    hasSucceeded = holds
    steps = try (holds ? request.success : request.failure).map { operation in
      switch operation {
      case .range(let range): .range(range)
      case .put(let put): .put(put)
      case .delete(let delete): .delete(delete)
      case .transaction(let nested): .transaction(try TransactionPath(nested, &reader))
      case .empty: throw StoreError.operationIsEmpty
      }
    }
  }

  /// Visits every step that is not itself a transaction, in order.
  func forEachStep(_ visit: (Step) throws -> Void) rethrows {
    for step in steps {
      if case .transaction(let nested) = step { try nested.forEachStep(visit) } else { try visit(step) }
    }
  }
}

extension Compare {
  /// Whether every key of the range meets the condition.
  func holds<Reader: KeySpaceReader & ~Copyable>(in reader: inout Reader) throws -> Bool {
    var isValue = false
    if case .value = operand { isValue = true }
    var isEmpty = true
    var holds = true
    if let key = range.singleKey {
      if let keyValue = try reader.get(key) {
        isEmpty = false
        holds = meets(keyValue)
      }
    } else {
      try reader.forEach(in: range, order: .ascending, keysOnly: !isValue) { keyValue in
        isEmpty = false
        holds = meets(keyValue)
        return holds
      }
    }
    if !isEmpty { return holds }
    return !isValue && meets(KeyValue(key: [], value: [], createRevision: .zero, modRevision: .zero, version: 0))
  }

  private func meets(_ keyValue: KeyValue) -> Bool {
    switch operand {
    case .version(let number): relation.holds(keyValue.version, number)
    case .createRevision(let revision): relation.holds(keyValue.createRevision, revision)
    case .modRevision(let revision): relation.holds(keyValue.modRevision, revision)
    case .lease(let identifier): relation.holds(keyValue.lease, identifier)
    case .value(let bytes): relation.holds(ByteOrder(bytes: keyValue.value), ByteOrder(bytes: bytes))
    }
  }
}

extension Compare.Relation {
  fileprivate func holds<T: Comparable>(_ left: T, _ right: T) -> Bool {
    switch self {
    case .equal: left == right
    case .greater: left > right
    case .less: left < right
    case .notEqual: left != right
    }
  }
}

private struct ByteOrder: Comparable {
  let bytes: [UInt8]

  static func < (left: ByteOrder, right: ByteOrder) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

// MARK: - Running

/// A view that transactions are run on: it can read a range at an older revision besides its own.
protocol TransactionReader: KeySpaceReader, ~Copyable {
  /// The revision that an answer given now names.
  var currentRevision: Revision { get }

  /// A range as it was committed at a readable revision.
  mutating func range(_ query: RangeQuery, at revision: Revision) throws -> RangeResult

  /// Refuses a revision at which a range that a request names cannot be read; 0 is the view's own.
  func checkReadable(_ range: KeyRange, at asked: Revision) throws
}

extension TransactionReader where Self: ~Copyable {
  func checkRanges(of path: TransactionPath) throws {
    try path.forEachStep { step in if case .range(let range) = step { try checkReadable(range.query.range, at: range.revision) } }
  }

  /// A range of this view's revision, or of the one that the request names.
  mutating func answer(_ request: RangeRequest) throws -> RangeResponse {
    var query = request.query
    query.includesCount = true
    let result = request.revision <= .zero ? try range(query) : try range(query, at: request.revision)
    return RangeResponse(
      revision: currentRevision, keyValues: result.keyValues, hasMore: result.hasMore, count: result.count ?? result.keyValues.count)
  }

  /// Runs the steps in order; `write` does those that change something.
  mutating func run(
    _ path: TransactionPath, write: (inout Self, TransactionPath.Step) throws -> OperationResponse
  ) throws -> TransactionResponse {
    var responses: [OperationResponse] = []
    responses.reserveCapacity(path.steps.count)
    for step in path.steps {
      switch step {
      case .range(let request): responses.append(.range(try answer(request)))
      case .transaction(let nested): responses.append(.transaction(try run(nested, write: write)))
      case .put, .delete: responses.append(try write(&self, step))
      }
    }
    return TransactionResponse(revision: .zero, hasSucceeded: path.hasSucceeded, responses: responses)
  }
}

// MARK: - Reading

extension ReadView: TransactionReader {
  var currentRevision: Revision { newestRevision }

  /// Answers a transaction that cannot change anything, without the writer.
  mutating func evaluate(readOnly request: TransactionRequest) throws -> TransactionResponse {
    let path = try TransactionPath(request, &self)
    try checkRanges(of: path)
    var response = try run(path) { _, _ in
      throw StoreError(.permissionDenied, "a transaction for reading writes; give it to transaction(_:)")
    }
    response.revision = currentRevision
    return response
  }
}

// MARK: - Writing

extension WriteView: TransactionReader {
  /// Runs a transaction given as a value inside this body.
  ///
  /// Nothing is changed when it throws: everything that etcd refuses is refused before the first change.
  /// - Throws: `StoreError` whose `etcdStatus` says what etcd would answer: `keyNotProvided`, `valueProvided`, `leaseProvided`, `tooManyOperations`,
  ///   `duplicateKey`, `keyNotFound`, `leaseNotFound`, `futureRevision`, `compacted`, `requestTooLarge`, `noSpace`.
  public mutating func evaluate(_ request: TransactionRequest) throws -> TransactionResponse {
    try request.validate(limits)
    // etcd refuses it also when the branch with the put is not the one that would be taken.
    if request.holdsPut { try checkRoom() }
    let path = try TransactionPath(request, &self)
    try path.forEachStep { step in if case .put(let put) = step { try checkPut(put) } }
    try checkRanges(of: path)
    return try keepingEveryChange { view in
      var response = try view.run(path) { view, step in try view.write(step) }
      response.revision = view.currentRevision
      return response
    }
  }

  private mutating func write(_ step: TransactionPath.Step) throws -> OperationResponse {
    switch step {
    case .put(let request): .put(try answer(request, encoded: nil))
    case .delete(let request): .delete(try answer(request))
    case .range, .transaction: preconditionFailure("a step that changes nothing is not written")
    }
  }

  /// The checks on a put that concern the state before the transaction.
  private mutating func checkPut(_ request: PutRequest) throws {
    if request.keepsValue || request.keepsLease, try !contains(request.key) { throw StoreError.keyToKeepNotFound(request.key) }
    if request.lease != 0 { try requireLease(request.lease) }
  }

  /// A put on its own looks at the lease first, as etcd does.
  mutating func evaluate(_ request: PutRequest, encoded: EncodedValue?) throws -> PutResponse {
    if request.lease != 0 { try requireLease(request.lease) }
    if request.keepsValue || request.keepsLease, try !contains(request.key) { throw StoreError.keyToKeepNotFound(request.key) }
    return try answer(request, encoded: encoded)
  }

  private mutating func answer(_ request: PutRequest, encoded: EncodedValue?) throws -> PutResponse {
    var previous: KeyValue?
    if request.returnsPrevious || request.keepsValue || request.keepsLease { previous = try get(request.key) }
    let lease = request.keepsLease ? previous?.lease ?? 0 : request.lease
    if request.keepsValue {
      try set(request.key, previous?.value ?? [], encoded: nil, lease: lease)
    } else {
      try set(request.key, request.value, encoded: encoded, lease: lease)
    }
    return PutResponse(revision: currentRevision, previous: request.returnsPrevious ? previous : nil)
  }

  mutating func answer(_ request: DeleteRequest) throws -> DeleteResponse {
    let previous = request.returnsPrevious ? try range(RangeQuery(request.range)).keyValues : []
    let count = try deleteRange(request.range)
    return DeleteResponse(revision: currentRevision, deletedCount: count, previous: previous)
  }
}
