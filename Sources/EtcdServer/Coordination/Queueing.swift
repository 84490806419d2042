#if Network
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  extension ServiceTable {
    /// A method of etcd's locks and elections. Those are clients of its keys, and what the store refuses loses its code on the way to theirs: it is
    /// Unknown, with the same text (observed on etcd 3.4 and 3.5).
    mutating func coordinate<Request: Message>(
      _ path: String, _ body: @escaping @Sendable (Request, TaskCallHandler.Output) async throws -> Void
    ) {
      task(path) { (request: Request, output) in
        do {
          try await body(request, output)
        } catch let error as StoreError {
          throw GRPCStatus(.unknown, GRPCStatus(error as any Error).message)
        }
      }
    }

    /// The same, with one answer.
    mutating func coordinate<Request: Message, Response: Message>(
      _ path: String, _ body: @escaping @Sendable (Request) async throws -> Response
    ) {
      coordinate(path) { (request: Request, output) in try await output.send(GRPCMessage(try await body(request).serializedBytes())) }
    }
  }

  /// What locks and elections share: keys under one prefix, one for each who wants it, in the order of their creation. The oldest has it.
  struct Queueing: Sendable {
    let core: ServerCore
    /// The name and a slash, as etcd's clients write it.
    let prefix: [UInt8]

    /// How long a lease is that a request without one is given (etcd's default for sessions).
    private static let sessionSeconds: Int64 = 60

    init(_ core: ServerCore, name: [UInt8]) {
      self.core = core
      prefix = name + [UInt8(ascii: "/")]
    }

    /// A place in the queue.
    struct Place: Sendable {
      let key: [UInt8]
      let lease: Int64
      /// When it was taken, which is what it is known by.
      let created: Revision
      /// The value that the key has already, if the place was taken before.
      let value: [UInt8]?
      let revision: Revision
    }

    /// Takes a place, or finds the one that the lease has.
    func enter(lease: Int64, value: [UInt8]) async throws -> Place {
      let lease = lease != 0 ? lease : try await core.store.grantLease(seconds: Self.sessionSeconds).id
      let key = prefix + Array(String(UInt64(bitPattern: lease), radix: 16).utf8)
      let put = PutRequest(key, value, lease: lease)
      try core.protectedKeys.check(put)
      let response = try await core.store.transaction(
        TransactionRequest(
          if: [Compare(key, .equal, .createRevision(0))], then: [.put(put)], else: [.range(RangeRequest(RangeQuery(.key(key))))]))
      if response.hasSucceeded {
        return Place(key: key, lease: lease, created: response.revision, value: nil, revision: response.revision)
      }
      guard case .range(let range)? = response.responses.first, let found = range.keyValues.first else { throw GRPCStatus.sessionExpired }
      return Place(key: key, lease: lease, created: found.createRevision, value: found.value, revision: response.revision)
    }

    /// Returns once all that came before the place are gone; answers the newest revision.
    ///
    /// - Throws: `GRPCStatus` when the place itself is gone by then, since its lease ended; `CancellationError`.
    func waitForTurn(_ place: Place) async throws -> Revision {
      while true {
        try Task.checkCancellation()
        var query = RangeQuery(.prefix(prefix), limit: 1, order: .descending, keysOnly: true)
        query.sortKey = .createRevision
        query.maximumCreateRevision = place.created - 1
        let before = try core.store.range(RangeRequest(query))
        guard let last = before.keyValues.first else { break }
        try await waitForDeletion(of: last.key, after: before.revision)
      }
      let own = try core.store.range(RangeRequest(RangeQuery(.key(place.key), keysOnly: true)))
      guard own.keyValues.first?.createRevision == place.created else { throw GRPCStatus.sessionExpired }
      return own.revision
    }

    private func waitForDeletion(of key: [UInt8], after revision: Revision) async throws {
      var options = WatchOptions()
      options.excludesPuts = true
      for try await batch in try core.store.watch(.key(key), after: revision, options: options) where !batch.events.isEmpty { return }
      try Task.checkCancellation()
      throw GRPCStatus.serverStopped
    }

    /// Gives the place up, also when the task that had it was cancelled.
    func leave(_ place: Place) async {
      let request = TransactionRequest(
        if: [Compare(place.key, .equal, .createRevision(place.created))], then: [.delete(DeleteRequest(.key(place.key)))])
      // If it fails, the lease ends what is left.
      _ = try? await core.store.transaction(request)
    }

    /// Whoever has it now, and the newest revision.
    func holder() throws -> (keyValue: KeyValue?, revision: Revision) {
      var query = RangeQuery(.prefix(prefix), limit: 1)
      query.sortKey = .createRevision
      let response = try core.store.range(RangeRequest(query))
      return (response.keyValues.first, response.revision)
    }
  }
#endif
