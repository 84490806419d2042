#if Network
  import EtcdAPI
  import EtcdServer
  import Foundation
  import GRPCTransport
  import MVCC
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// Many clients at once, and such as do not read.
  @Suite(.serialized) struct LoadTests {
    private static func create(_ key: String, end: String = "", start: Int64 = 0) throws -> [UInt8] {
      try EtcdWatchRequest.with {
        $0.createRequest = .with {
          $0.key = Data(key.utf8)
          $0.rangeEnd = Data(end.utf8)
          $0.startRevision = start
        }
      }.serializedBytes()
    }

    /// The next response that has events or says that a watch is there.
    private static func next(_ events: inout AsyncStream<GRPCTestConnection.Event>.AsyncIterator) async throws -> EtcdWatchResponse {
      let event = await events.next(isolation: #isolation)
      guard case .message(let bytes)? = event else {
        throw ServerProcess.StartFailure(description: "the watch ended: \(String(describing: event))")
      }
      return try EtcdWatchResponse(serializedBytes: bytes)
    }

    @Test func `ten thousand watches on one stream each hear what concerns them, and nothing else`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        let call = try await connection.open("/etcdserverpb.Watch/Watch")
        var events = call.events.makeAsyncIterator()
        let count = 10_000
        for number in 0..<count { try await call.send(Self.create("key/\(number % (count / 2))")) }
        for number in 0..<count {
          let response = try await Self.next(&events)
          #expect(response.created && response.watchID == Int64(number))
        }
        let chosen = Array(stride(from: 0, to: count / 2, by: 50))
        for number in chosen { try await store.put(Array("key/\(number)".utf8), [1]) }
        var heard: [Int64: [String]] = [:]
        while heard.values.reduce(0, { $0 + $1.count }) < 2 * chosen.count {
          let response = try await Self.next(&events)
          heard[response.watchID, default: []] += response.events.map { String(decoding: $0.kv.key, as: UTF8.self) }
        }
        let expected = chosen.flatMap { [(Int64($0), ["key/\($0)"]), (Int64($0 + count / 2), ["key/\($0)"])] }
        #expect(heard == Dictionary(uniqueKeysWithValues: expected))
        try await connection.close()
      }
    }

    @Test func `a client that does not read costs a bounded buffer, and misses nothing when it reads again`() async throws {
      try await withServer { (server, store) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port, windowBytes: 65_535)
        let call = try await connection.open("/etcdserverpb.Watch/Watch")
        var events = call.events.makeAsyncIterator()
        try await call.send(Self.create("slow/", end: "slow0"))
        #expect(try await Self.next(&events).created)
        try await connection.setReads(false)
        let value = [UInt8](repeating: 7, count: 100_000)
        let before = Self.anonymousBytes
        let count = 600
        for number in 0..<count { try await store.put(Array("slow/\(number)".utf8), value) }
        // 60 MB of events; what waits is 512 KiB, and what the sockets and the client's window hold.
        #expect(Self.anonymousBytes - before < 30 << 20)
        try await connection.setReads(true)
        var keys: [String] = []
        while keys.count < count {
          let response = try await Self.next(&events)
          let byteCount = (try response.serializedBytes() as [UInt8]).count
          #expect(byteCount < 2 << 20)
          keys += response.events.map { String(decoding: $0.kv.key, as: UTF8.self) }
        }
        #expect(keys == (0..<count).map { "slow/\($0)" })
        try await connection.close()
      }
    }

    @Test func `hundreds of connections put and get at once`() async throws {
      try await withServer { (server, store) async throws in
        // Each takes two descriptors of this process, and 1,024 are what it may have by default.
        let count = 400
        var connections: [GRPCTestConnection] = []
        for _ in 0..<count { connections.append(try await GRPCTestConnection.connect(port: server.port)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (number, connection) in connections.enumerated() {
            group.addTask {
              let put =
                try EtcdPutRequest.with {
                  $0.key = Data("c/\(number)".utf8)
                  $0.value = Data("\(number)".utf8)
                }.serializedBytes() as [UInt8]
              #expect(try await connection.call("/etcdserverpb.KV/Put", put).status == 0)
              let get = try EtcdRangeRequest.with { $0.key = Data("c/\(number)".utf8) }.serializedBytes() as [UInt8]
              let answer = try await connection.call("/etcdserverpb.KV/Range", get)
              let response = try EtcdRangeResponse(serializedBytes: answer.message ?? [])
              #expect(response.kvs.map(\.value) == [Data("\(number)".utf8)])
            }
          }
          try await group.waitForAll()
        }
        #expect(try store.range(RangeRequest(RangeQuery(.prefix(Array("c/".utf8)), keysOnly: true))).keyValues.count == count)
        for connection in connections { try await connection.close() }
      }
    }

    private static var anonymousBytes: Int {
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
      return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
  }
#endif
