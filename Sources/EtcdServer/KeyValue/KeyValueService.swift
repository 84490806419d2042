#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import NIOCore
  internal import SwiftProtobuf

  /// etcd's service KV.
  struct KeyValueService {
    let core: ServerCore

    /// Values up to here are compressed on the event loop: less than a tenth of a millisecond.
    private static let maximumInlineBytes = 16 << 10

    /// Keys in one message of a streamed range at first; the number then follows their size.
    private static let firstChunkKeys = 10

    /// What one message of a streamed range is to come to.
    private static let chunkBytes = 512 << 10

    func add(to table: inout ServiceTable) {
      let service = self
      table.call("/etcdserverpb.KV/Range") { (request: EtcdRangeRequest, call) in try service.range(request, call) }
      table.call("/etcdserverpb.KV/Put") { (request: EtcdPutRequest, call) in try service.put(request, call) }
      table.call("/etcdserverpb.KV/DeleteRange") { (request: EtcdDeleteRangeRequest, call) in try service.delete(request, call) }
      table.call("/etcdserverpb.KV/Txn") { (request: EtcdTxnRequest, call) in try service.transaction(request, call) }
      table.await("/etcdserverpb.KV/Compact") { (request: EtcdCompactionRequest) in try await service.compact(request) }
      table.task("/etcdserverpb.KV/RangeStream") { (request: EtcdRangeRequest, output) in try await service.stream(request, output) }
    }

    private func range(_ message: EtcdRangeRequest, _ call: GRPCCall) throws {
      let request = try RangeRequest(message)
      let core = core
      // One key takes microseconds; a range may take any time, in which other calls of the connection are not to wait.
      if request.query.range.singleKey != nil { return try Self.answer(request, core, call) }
      Task {
        do {
          try Self.answer(request, core, call)
        } catch {
          call.finish(GRPCStatus(error))
        }
      }
    }

    private static func answer(_ request: RangeRequest, _ core: ServerCore, _ call: GRPCCall) throws {
      let response = try core.store.range(request)
      core.metrics.operations.countRange()
      let byteCount = response.keyValues.reduce(64) { $0 + $1.wireBytes + 8 }
      call.answer(GRPCMessage(capacity: byteCount) { $0.write(response, core.identity) })
    }

    private func put(_ message: EtcdPutRequest, _ call: GRPCCall) throws {
      let request = PutRequest(message)
      try core.protectedKeys.check(request)
      let identity = core.identity
      let store = core.store
      let operations = core.metrics.operations
      @Sendable func begin() throws {
        try store.put(request) { result in
          if case .success = result { operations.countPut() }
          call.answer(result) { $1.write($0, identity) }
        }
      }
      if request.value.count <= Self.maximumInlineBytes { return try begin() }
      Task {
        do {
          try begin()
        } catch {
          call.finish(GRPCStatus(error))
        }
      }
    }

    private func delete(_ message: EtcdDeleteRangeRequest, _ call: GRPCCall) throws {
      let request = DeleteRequest(message)
      let identity = core.identity
      let operations = core.metrics.operations
      let transaction = TransactionRequest(then: [.delete(request)])
      guard try core.protectedKeys.needCheck(transaction) else {
        return try core.store.delete(request) { result in
          if case .success = result { operations.countDelete() }
          call.answer(result) { $1.write($0, identity) }
        }
      }
      write(transaction) { result in
        call.answer(result) { response, buffer in
          operations.countDelete()
          if case .delete(let response)? = response.responses.first { buffer.write(response, identity) }
        }
      }
    }

    private func transaction(_ message: EtcdTxnRequest, _ call: GRPCCall) throws {
      let request = try TransactionRequest(message)
      let identity = core.identity
      let operations = core.metrics.operations
      @Sendable func answer(_ result: Result<TransactionResponse, any Error>) {
        if case .success(let response) = result { operations.count(response) }
        call.answer(result) { $1.write($0, identity) }
      }
      if try core.protectedKeys.needCheck(request) {
        write(request, completion: answer)
      } else {
        try core.store.transaction(request, completion: answer)
      }
    }

    /// A transaction that may delete protected keys.
    private func write(_ request: TransactionRequest, completion: @escaping @Sendable (Result<TransactionResponse, any Error>) -> Void) {
      let keys = core.protectedKeys
      core.store.write(
        { view in
          try keys.check(request, &view)
          return try view.evaluate(request)
        },
        completion: { completion($0.map(\.value)) })
    }

    private func compact(_ request: EtcdCompactionRequest) async throws -> EtcdCompactionResponse {
      // Whatever holds compaction back in a store of images does not know of etcd's clients, which expect it to take place.
      let result = try await core.store.compact(to: Revision(request.revision), waits: request.physical)
      return .with { $0.header = core.header(result.revision) }
    }

    /// A range in pieces, all at the revision of the first; header, count and more come with the last.
    private func stream(_ message: EtcdRangeRequest, _ output: TaskCallHandler.Output) async throws {
      let request = try RangeRequest(message)
      guard request.query.sortKey == .key, request.query.order == .ascending, !message.hasRevisionFilters else {
        throw GRPCStatus(.unimplemented, "etcdserver: a streamed range has its keys in their order, without filters; use Range")
      }
      var counting = request
      counting.query.countsOnly = true
      let whole = try core.store.range(counting)
      let revision = request.revision > .zero ? request.revision : whole.revision
      var remaining = request.query.limit > 0 ? request.query.limit : Int.max
      var range = request.query.range
      var keys = Self.firstChunkKeys
      while true {
        var query = request.query
        query.range = range
        query.limit = min(keys, remaining)
        query.includesCount = false
        let piece =
          request.query.countsOnly
          ? RangeResponse(revision: revision, keyValues: [], hasMore: false, count: 0)
          : try core.store.range(RangeRequest(query, revision: revision))
        remaining -= piece.keyValues.count
        let byteCount = piece.keyValues.reduce(0) { $0 + $1.wireBytes + 8 }
        let isLast = !piece.hasMore || remaining == 0
        let identity = core.identity
        try await output.send(
          GRPCMessage(capacity: byteCount + 64) { buffer in
            buffer.writeMessage(1) { response in
              if isLast { response.writeHeader(identity, whole.revision) }
              for keyValue in piece.keyValues { response.writeKeyValue(2, keyValue) }
              if isLast {
                response.writeField(3, piece.hasMore)
                response.writeField(4, Int64(whole.count))
              }
            }
          })
        guard !isLast, let last = piece.keyValues.last else { return }
        range = range.after(last.key)
        keys = max(1, min(10_000, keys * Self.chunkBytes / max(1, byteCount)))
      }
    }
  }

  extension EtcdRangeRequest {
    fileprivate var hasRevisionFilters: Bool {
      minModRevision != 0 || maxModRevision != 0 || minCreateRevision != 0 || maxCreateRevision != 0
    }
  }

  extension ServerCore {
    /// The keys that writes over the network do not reach.
    var protectedKeys: ProtectedKeys { ProtectedKeys(isProtected: !configuration.allowsImageWrites) }
  }
#endif
