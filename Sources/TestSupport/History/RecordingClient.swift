public import MVCC

/// A client that notes each call before it makes it, and each answer when it has it; closures and values take turns.
public struct RecordingClient: Sendable {
  private let store: RevisionStore
  private let name: String
  private let sink: any HistorySink

  /// A client of a store, under a name of its own.
  public init(_ store: RevisionStore, name: String, sink: any HistorySink) {
    self.store = store
    self.name = name
    self.sink = sink
  }

  /// Makes one call. An error is an answer, too; only the sink's errors are thrown.
  @discardableResult public func perform(_ request: StoreRequest, number: Int) async throws -> StoreAnswer {
    try sink.add(.invoked(client: name, number: number, time: MonotonicTime.now, request))
    let answer = await store.answer(request, asValue: number % 2 == 1)
    try sink.add(.answered(client: name, number: number, time: MonotonicTime.now, answer))
    return answer
  }
}

extension RevisionStore {
  /// Does what a request says, with a closure or, the other half of the time, with a value.
  fileprivate func answer(_ request: StoreRequest, asValue: Bool) async -> StoreAnswer {
    do {
      switch request {
      case .write(let changes, let condition): return try await asValue ? transact(changes, if: condition) : write(changes, if: condition)
      case .delete(let range): return try await asValue ? deleteValue(range) : deleteRange(range)
      case .attach(let key, let value, let lease): return try await asValue ? putValue(key, value, lease) : put(key, value, to: lease)
      case .grant(let lease, let seconds):
        _ = try await grantLease(seconds: seconds, id: lease)
        return .lease(isAlive: true)
      case .keepAlive(let lease): return .lease(isAlive: try await keepLeaseAlive(lease) != nil)
      case .revoke(let lease): return .written(isApplied: true, revision: try await revokeLease(lease), before: [])
      case .range(let range, let revision):
        if asValue {
          let response = try self.range(RangeRequest(RangeQuery(range), revision: revision ?? .zero))
          return .range(revision: response.revision, keyValues: response.keyValues)
        }
        return try read(at: revision.map(ReadPoint.revision) ?? .latest) { view in
          .range(revision: view.newestRevision, keyValues: try view.range(RangeQuery(range)).keyValues)
        }
      case .compact(let revision): return .compacted(to: try await compact(to: revision).compactRevision)
      }
    } catch let error as StoreError { return error.code == .unknownOutcome ? .unknown : .refused(error.code.description) } catch {
      return .refused("\(error)")
    }
  }

  private func write(_ changes: [ModelStore.Change], if condition: StoreRequest.Condition?) async throws -> StoreAnswer {
    let commit = try await write { view -> (isApplied: Bool, before: [KeyValue?]) in
      if let condition {
        let current = try view.get(condition.key)
        guard current?.modRevision ?? .zero == condition.modRevision else { return (false, [current]) }
      }
      var before: [KeyValue?] = []
      for change in changes {
        before.append(try view.get(change.key))
        switch change {
        case .put(let key, let value): try view.put(key, value)
        case .delete(let key): try view.delete(key)
        }
      }
      return (true, before)
    }
    return .written(isApplied: commit.value.isApplied, revision: commit.revision, before: commit.value.before)
  }

  private func put(_ key: [UInt8], _ value: [UInt8], to lease: Int64) async throws -> StoreAnswer {
    let commit = try await write { view in
      let before = try view.get(key)
      try view.put(key, value, lease: lease)
      return before
    }
    return .written(isApplied: true, revision: commit.revision, before: [commit.value])
  }

  private func putValue(_ key: [UInt8], _ value: [UInt8], _ lease: Int64) async throws -> StoreAnswer {
    var request = PutRequest(key, value, lease: lease)
    request.returnsPrevious = true
    let response = try await put(request)
    return .written(isApplied: true, revision: response.revision, before: [response.previous])
  }

  private func deleteRange(_ range: KeyRange) async throws -> StoreAnswer {
    let commit = try await write { view in
      let before = try view.range(RangeQuery(range)).keyValues
      try view.deleteRange(range)
      return before
    }
    return .written(isApplied: true, revision: commit.revision, before: commit.value)
  }

  private func deleteValue(_ range: KeyRange) async throws -> StoreAnswer {
    var request = DeleteRequest(range)
    request.returnsPrevious = true
    let response = try await delete(request)
    return .written(isApplied: true, revision: response.revision, before: response.previous)
  }

  private func transact(_ changes: [ModelStore.Change], if condition: StoreRequest.Condition?) async throws -> StoreAnswer {
    let operations = changes.map { change -> TransactionOperation in
      switch change {
      case .put(let key, let value):
        var put = PutRequest(key, value)
        put.returnsPrevious = true
        return .put(put)
      case .delete(let key):
        var delete = DeleteRequest(.key(key))
        delete.returnsPrevious = true
        return .delete(delete)
      }
    }
    if condition == nil, operations.count == 1, case .put(let put) = operations[0] {
      let response = try await self.put(put)
      return .written(isApplied: true, revision: response.revision, before: [response.previous])
    }
    var request = TransactionRequest(then: operations)
    if let condition {
      request.compares = [Compare(condition.key, .equal, .modRevision(condition.modRevision))]
      request.failure = [.range(RangeRequest(RangeQuery(.key(condition.key))))]
    }
    let response = try await transaction(request)
    let before = response.responses.map { response -> KeyValue? in
      switch response {
      case .put(let response): response.previous
      case .delete(let response): response.previous.first
      case .range(let response): response.keyValues.first
      case .transaction: nil
      }
    }
    return .written(isApplied: response.hasSucceeded, revision: response.revision, before: before)
  }
}
