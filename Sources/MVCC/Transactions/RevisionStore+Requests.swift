// etcd's KV service without the wire: each request is a value, each answer too.

extension RevisionStore {
  /// Reads a range of the newest state, or at a revision.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an empty key, `compacted`, `futureRevision`.
  public func range(_ request: RangeRequest) throws -> RangeResponse {
    try request.validate()
    return try read { view in
      if request.revision > .zero { try view.checkReadable(request.query.range, at: request.revision) }
      return try view.answer(request)
    }
  }

  /// Sets one key.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, `notFound` for a key or lease that has to exist, `tooLarge`, `noSpace`; and what a write throws.
  public func put(_ request: PutRequest) async throws -> PutResponse {
    try await completing { completion in try put(request, completion: completion) }
  }

  /// Sets the value of `key`, and nothing else; answers the revision.
  ///
  /// - Throws: as `put(_:)` for a request.
  @discardableResult
  public func put(_ key: [UInt8], _ value: [UInt8], lease: Int64 = 0) async throws -> Revision {
    try await put(PutRequest(key, value, lease: lease)).revision
  }

  /// Deletes the keys of a range, in one revision.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an empty key, `tooLarge` when there are more keys than one write may change.
  public func delete(_ request: DeleteRequest) async throws -> DeleteResponse {
    try await completing { completion in try delete(request, completion: completion) }
  }

  /// Compares, then does one of two things, as one revision.
  ///
  /// A transaction that cannot change anything is answered from a snapshot, without waiting for writers.
  /// - Throws: as `WriteView.evaluate(_:)`.
  public func transaction(_ request: TransactionRequest) async throws -> TransactionResponse {
    try await completing { completion in try transaction(request, completion: completion) }
  }

  private func completing<Value: Sendable>(
    _ begin: (@escaping @Sendable (Result<Value, any Error>) -> Void) throws -> Void
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try begin { continuation.resume(with: $0) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  // MARK: With a completion

  /// As `put(_:)`, telling `completion` on the writer thread, which it must not hold up.
  ///
  /// - Throws: what can be said of the request without waiting; `completion` is then not told.
  package func put(_ request: PutRequest, completion: @escaping @Sendable (Result<PutResponse, any Error>) -> Void) throws {
    try request.validate()
    try RequestLimits(parts.configuration).check(byteCount: request.byteCount + RequestSize.envelope)
    let encoded = request.keepsValue ? nil : encode(request.value, for: request.key)
    write({ view in try view.evaluate(request, encoded: encoded) }, completion: { completion($0.map(\.value)) })
  }

  /// As `delete(_:)`, telling `completion` on the writer thread, which it must not hold up.
  ///
  /// - Throws: what can be said of the request without waiting; `completion` is then not told.
  package func delete(_ request: DeleteRequest, completion: @escaping @Sendable (Result<DeleteResponse, any Error>) -> Void) throws {
    try request.validate()
    try RequestLimits(parts.configuration).check(byteCount: request.byteCount + RequestSize.envelope)
    write({ view in try view.answer(request) }, completion: { completion($0.map(\.value)) })
  }

  /// As `transaction(_:)`, telling `completion` on the writer thread, which it must not hold up.
  ///
  /// - Throws: what can be said of the request without waiting, and what a transaction that cannot change anything comes to.
  package func transaction(
    _ request: TransactionRequest, completion: @escaping @Sendable (Result<TransactionResponse, any Error>) -> Void
  ) throws {
    let limits = RequestLimits(parts.configuration)
    try limits.check(byteCount: request.byteCount + RequestSize.envelope)
    if request.isReadOnly {
      try request.validate(limits)
      return completion(.success(try read { view in try view.evaluate(readOnly: request) }))
    }
    write({ view in try view.evaluate(request) }, completion: { completion($0.map(\.value)) })
  }
}
