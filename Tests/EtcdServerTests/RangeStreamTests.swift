#if Network
  import EtcdAPI
  import EtcdServer
  import Foundation
  import MVCC
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// The rpc RangeStream beside Range, which says the same in one message.
  @Suite(.serialized) struct RangeStreamTests {
    private static let range = "/etcdserverpb.KV/Range"
    private static let stream = "/etcdserverpb.KV/RangeStream"

    private static func request(
      _ key: String, end: String = "", limit: Int64 = 0, revision: Int64 = 0, _ change: (inout EtcdRangeRequest) -> Void = { _ in }
    ) -> EtcdRangeRequest {
      .with {
        $0.key = Data(key.utf8)
        $0.rangeEnd = Data(end.utf8)
        $0.limit = limit
        $0.revision = revision
        change(&$0)
      }
    }

    /// The pieces of a streamed range.
    private static func pieces(_ connection: GRPCTestConnection, _ request: EtcdRangeRequest) async throws -> [EtcdRangeResponse] {
      let call = try await connection.open(stream)
      try await call.send(request.serializedBytes(), isLast: true)
      var pieces: [EtcdRangeResponse] = []
      for await event in call.events {
        switch event {
        case .message(let bytes): pieces.append(try EtcdRangeStreamResponse(serializedBytes: bytes).rangeResponse)
        case .end(let status, let text):
          if status != 0 { throw Refusal(status, text) }
          return pieces
        case .compressed, .broken: throw Refusal(-1, "broken")
        }
      }
      throw Refusal(-1, "ended without a status")
    }

    /// Expects that the pieces come to what Range says.
    private static func compare(_ connection: GRPCTestConnection, _ request: EtcdRangeRequest) async throws {
      let whole: EtcdRangeResponse = try await connection.ask(range, request)
      let pieces = try await pieces(connection, request)
      var sum = try #require(pieces.last)
      #expect(pieces.dropLast().allSatisfy { !$0.hasHeader && !$0.more && $0.count == 0 && !$0.kvs.isEmpty }, "\(request)")
      sum.kvs = pieces.flatMap(\.kvs)
      #expect(sum == whole, "\(request)")
    }

    @Test func `a streamed range is the range, in pieces, for every size, limit and revision`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        for count in [0, 1, 9, 10, 11, 30, 500] {
          let prefix = "\(count)/"
          for index in 0..<count { try await store.put(Array("\(prefix)\(index)".utf8), Array("value \(index)".utf8)) }
          for limit in [0, 1, 9, 10, 11, 29, 30, 31, 10_000] {
            try await Self.compare(connection, Self.request(prefix, end: "\(count)0", limit: Int64(limit)))
          }
        }
        let newest = try store.revision().rawValue
        for revision in [0, 1, 2, newest / 2, newest] {
          for limit in [0, 15] {
            try await Self.compare(connection, Self.request("\0", end: "\0", limit: Int64(limit), revision: revision))
          }
        }
        for change: (inout EtcdRangeRequest) -> Void in [
          { $0.keysOnly = true }, { $0.countOnly = true }, { $0.serializable = true }, { $0.sortOrder = .ascend },
          {
            $0.countOnly = true
            $0.limit = 3
          },
        ] {
          try await Self.compare(connection, Self.request("\0", end: "\0", change))
        }
        for request in [Self.request("30/7"), Self.request("none"), Self.request("b", end: "a"), Self.request("5", end: "\0")] {
          try await Self.compare(connection, request)
        }
        try await connection.close()
      }
    }

    @Test func `pieces of large values stay within what clients take at once`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        for index in 0..<60 {
          try await store.put(Array("large/\(index)".utf8), [UInt8](repeating: UInt8(index), count: index % 3 == 0 ? 300_000 : 1_000))
        }
        let request = Self.request("large/", end: "large0")
        try await Self.compare(connection, request)
        let pieces = try await Self.pieces(connection, request)
        #expect(pieces.count > 3)
        // Ten keys of the first piece; all others are made to come to half a megabyte, and may hold a key of another size than the last ones.
        for piece in pieces { #expect((try piece.serializedBytes() as [UInt8]).count < 4 << 20) }
        try await connection.close()
      }
    }

    @Test func `what Range refuses a streamed range refuses, and orders and filters besides`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        for value in 0..<9 { try await store.put(Array("k".utf8), [UInt8(value)]) }
        try await store.compact(to: 5, waits: true)
        for request in [Self.request(""), Self.request("k", revision: 99), Self.request("k", revision: 4)] {
          let told = try await refusal { () async throws in try await connection.ask(Self.range, request, EtcdRangeResponse.self) }
          let streamed = try await refusal { () async throws in try await Self.pieces(connection, request) }
          #expect(told != nil && streamed == told, "\(request)")
        }
        try await Self.compare(connection, Self.request("k", revision: 5))
        for change: (inout EtcdRangeRequest) -> Void in [
          { $0.sortOrder = .descend }, { $0.sortTarget = .version }, { $0.sortTarget = .value }, { $0.minModRevision = 1 },
          { $0.maxModRevision = 9 }, { $0.minCreateRevision = 1 }, { $0.maxCreateRevision = 9 },
        ] {
          let request = Self.request("k", end: "l", change)
          let streamed = try await refusal { () async throws in try await Self.pieces(connection, request) }
          #expect(streamed?.code == 12, "\(request)")
        }
        try await connection.close()
      }
    }

    @Test func `a streamed range ends when what it reads is compacted under it`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port, windowBytes: 65_535)
        let value = [UInt8](repeating: 7, count: 100_000)
        for index in 0..<400 { try await store.put(Array("k/\(index)".utf8), value) }
        let call = try await connection.open(Self.stream)
        try await call.send(Self.request("k/", end: "k0").serializedBytes(), isLast: true)
        var events = call.events.makeAsyncIterator()
        guard case .message? = await events.next(isolation: #isolation) else {
          Issue.record("nothing was streamed")
          return
        }
        // From here on the rest waits on the other side.
        try await connection.setReads(false)
        let newest = try await store.put(Array("k/0".utf8), [1])
        try await store.compact(to: newest, waits: true)
        try await connection.setReads(true)
        var last: GRPCTestConnection.Event?
        while let event = await events.next(isolation: #isolation) { last = event }
        #expect(last == .end(status: 11, message: "etcdserver: mvcc: required revision has been compacted"))
        try await connection.close()
      }
    }
  }
#endif
