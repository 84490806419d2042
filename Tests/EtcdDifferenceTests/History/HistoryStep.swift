import MVCC

/// One request of a history, with revisions as a store of its own counts them.
indirect enum HistoryStep {
  case range(RangeRequest)
  case put(PutRequest)
  case delete(DeleteRequest)
  case transaction(TransactionRequest)
  case compact(Revision)
  case grantLease(Int64, seconds: Int64)
  case revokeLease(Int64)
  case keepLeaseAlive(Int64)
  case timeToLive(Int64)
  case leases
  /// Watches, and what happens while they are live. Their outcome is compared when the steps are done.
  case watches([HistoryWatch], during: [HistoryStep])
}

/// One watch of a history.
struct HistoryWatch: Hashable {
  var range: KeyRange
  /// The first revision that is told; 0 stands for what comes from now on.
  var start: Revision
  var options = WatchOptions()
}

/// What a watch told.
struct WatchOutcome: Hashable {
  var events: [Event] = []
  /// The oldest revision that could be watched, when the watch was ended because it asked for an older one.
  var compactRevision: Revision?
}

/// What a party answers to a step.
enum HistoryAnswer: Hashable {
  case range(RangeResponse)
  case put(PutResponse)
  case delete(DeleteResponse)
  case transaction(TransactionResponse)
  /// The newest revision, after a step that answers nothing else.
  case revision(Revision)
  /// The time to live that a lease was given; 0 when there is no such lease.
  case granted(seconds: Int64)
  /// nil when there is no such lease.
  case lease(LeaseState?)
  /// By their end.
  case leases([Int64])
  case refusal(EtcdGateway.Refusal)
}

/// What is told of a lease.
struct LeaseState: Hashable {
  var grantedSeconds: Int64
  /// Whether what remains is what was granted, less the minutes that a history can take.
  var hasPlausibleRest: Bool
  /// In order.
  var keys: [[UInt8]]

  init(grantedSeconds: Int64, remainingSeconds: Int64, keys: [[UInt8]]) {
    self.grantedSeconds = grantedSeconds
    hasPlausibleRest = (grantedSeconds - 300...grantedSeconds).contains(remainingSeconds)
    self.keys = keys
  }
}

// MARK: - What has no defined answer

extension HistoryAnswer {
  /// The answer with keys that tie in a sort in key order, and without those that tie with what the limit cut off: etcd's sort is not stable.
  func withoutTies(in step: HistoryStep) -> HistoryAnswer {
    switch (self, step) {
    case (.range(let response), .range(let request)): .range(response.withoutTies(request.query))
    case (.transaction(let response), .transaction(let request)): .transaction(response.withoutTies(request))
    default: self
    }
  }
}

extension TransactionResponse {
  fileprivate func withoutTies(_ request: TransactionRequest) -> TransactionResponse {
    var result = self
    let operations = hasSucceeded ? request.success : request.failure
    for (index, operation) in operations.enumerated() where index < responses.count {
      switch (responses[index], operation) {
      case (.range(let response), .range(let request)): result.responses[index] = .range(response.withoutTies(request.query))
      case (.transaction(let response), .transaction(let request)): result.responses[index] = .transaction(response.withoutTies(request))
      default: break
      }
    }
    return result
  }
}

extension RangeResponse {
  fileprivate func withoutTies(_ query: RangeQuery) -> RangeResponse {
    guard query.sortKey != .key else { return self }
    var result = self
    var start = 0
    while start < keyValues.count {
      let first = query.sortKey.part(of: keyValues[start])
      let end = keyValues[start...].firstIndex { query.sortKey.part(of: $0) != first } ?? keyValues.count
      if end == keyValues.count, hasMore {
        result.keyValues.replaceSubrange(start..<end, with: repeatElement(first, count: end - start))
      } else {
        result.keyValues[start..<end].sort { $0.key.lexicographicallyPrecedes($1.key) }
      }
      start = end
    }
    return result
  }
}

extension RangeQuery.SortKey {
  /// The field that the order looks at, and nothing else.
  fileprivate func part(of keyValue: KeyValue) -> KeyValue {
    var part = KeyValue(key: [], value: [], createRevision: .zero, modRevision: .zero, version: 0)
    switch self {
    case .key: part.key = keyValue.key
    case .version: part.version = keyValue.version
    case .createRevision: part.createRevision = keyValue.createRevision
    case .modRevision: part.modRevision = keyValue.modRevision
    case .value: part.value = keyValue.value
    }
    return part
  }
}
