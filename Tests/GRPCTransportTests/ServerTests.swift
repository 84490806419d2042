#if Network
  import NIOCore
  import NIOHPACK
  import TestSupport
  import Testing
  import Zlib

  @testable import GRPCTransport

  /// A server over a real socket, and a client that says exactly what it is told to.
  @Suite(.serialized) struct GRPCServerTests {
    /// Says back what it was sent; `fail` fails, and `wait` waits until the call ends.
    private static var services: GRPCServices {
      var services = GRPCServices()
      services["/test.Echo/Unary"] = .unary { message, call in
        switch String(buffer: message) {
        case "fail": call.finish(GRPCStatus(.notFound, "no ä"))
        case "wait": break
        default: call.answer(GRPCMessage(Array(message.readableBytesView)))
        }
      }
      services["/test.Echo/Stream"] = .streaming { EchoStream($0) }
      return services
    }

    private final class EchoStream: GRPCCallHandler {
      let call: GRPCCall
      init(_ call: GRPCCall) { self.call = call }
      func receive(_ message: ByteBuffer) { call.send(GRPCMessage(Array(message.readableBytesView))) }
      func receiveEnd() { call.finish() }
      func drain() { call.finish(GRPCStatus(.unavailable, "gone")) }
    }

    private func withServer(
      _ limits: TransportLimits = TransportLimits(), _ body: (GRPCServer, GRPCTestConnection) async throws -> Void
    ) async throws {
      let server = try await GRPCServer.start(
        host: "127.0.0.1", port: 0, services: Self.services, responder: { _ in HTTPAnswer(200, "hello") }, limits: limits)
      let connection = try await GRPCTestConnection.connect(port: server.port)
      try await body(server, connection)
      try await connection.close()
      await server.shutDown(within: .seconds(1))
      #expect(server.connectionCount == 0)
    }

    @Test func `a call is answered, a failure has its status and text, and an unknown method is unimplemented`() async throws {
      try await withServer { (_, connection) async throws in
        let answer = try await connection.call("/test.Echo/Unary", Array("hello".utf8))
        #expect(answer.message == Array("hello".utf8) && answer.status == 0)
        let failure = try await connection.call("/test.Echo/Unary", Array("fail".utf8))
        #expect(failure.message == nil && failure.status == 5 && failure.text == "no %C3%A4")
        let unknown = try await connection.call("/test.Echo/None", [])
        #expect(unknown.status == 12 && unknown.text == "unknown method None for service test.Echo")
      }
    }

    @Test func `a message beyond the limit is refused, and the connection goes on`() async throws {
      var limits = TransportLimits()
      limits.maximumRequestBytes = 1000
      try await withServer(limits) { (_, connection) async throws in
        #expect(try await connection.call("/test.Echo/Unary", [UInt8](repeating: 1, count: 1000)).status == 0)
        let answer = try await connection.call("/test.Echo/Unary", [UInt8](repeating: 1, count: 1001))
        #expect(answer.status == 8 && answer.text == "grpc: received message larger than max (1001 vs. 1000)")
        #expect(try await connection.call("/test.Echo/Unary", [1]).status == 0)
      }
    }

    @Test func `a call ends at its deadline`() async throws {
      try await withServer { (_, connection) async throws in
        let late = try await connection.call("/test.Echo/Unary", Array("wait".utf8), headers: ["grpc-timeout": "20m"])
        #expect(late.status == 4)
        let stream = try await connection.open("/test.Echo/Stream", headers: ["grpc-timeout": "20m"])
        try await stream.send([1])
        let answer = await stream.answer()
        #expect(answer.message == [1] && answer.status == 4)
      }
    }

    @Test func `messages larger than the windows pass either way`() async throws {
      try await withServer { (_, connection) async throws in
        let large = [UInt8](repeating: 7, count: 2_000_000)
        for _ in 0..<3 {
          let answer = try await connection.call("/test.Echo/Unary", large)
          let isSame = answer.message == large
          #expect(isSame && answer.status == 0)
        }
      }
    }

    @Test func `a compression that is not known is refused, and gzip is taken`() async throws {
      try await withServer { (_, connection) async throws in
        let snappy = try await connection.open("/test.Echo/Unary", headers: ["grpc-encoding": "snappy"])
        #expect(await snappy.answer().status == 12)
        let gzip = try await connection.open("/test.Echo/Unary", headers: ["grpc-encoding": "gzip"])
        let hellos: [UInt8] = [
          0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01, 0xe3, 0x51, 0x3d, 0x8d, 0x17, 0,
          0, 0,
        ]
        try await gzip.send(hellos, flag: 1, isLast: true)
        #expect(await gzip.answer().message == Array("hello hello hello hello".utf8))
      }
    }

    @Test func `a client that compresses is answered compressed, and no other`() async throws {
      let text = [UInt8](repeating: 7, count: 100_000)
      let compressed = try Gzip.compress(text.span)
      try await withServer { (_, connection) async throws in
        for path in ["/test.Echo/Unary", "/test.Echo/Stream"] {
          func answer(_ headers: HPACKHeaders, _ message: [UInt8], flag: UInt8) async throws -> [GRPCTestConnection.Event] {
            let call = try await connection.open(path, headers: headers)
            try await call.send(message, flag: flag, isLast: true)
            return await call.events.reduce(into: []) { $0.append($1) }
          }
          let end = GRPCTestConnection.Event.end(status: 0, message: "")
          let plain = try await answer(["grpc-accept-encoding": "gzip"], text, flag: 0)
          #expect(plain == [.message(text), end])
          let refused = try await answer(["grpc-encoding": "gzip", "grpc-accept-encoding": "identity"], compressed, flag: 1)
          #expect(refused == [.message(text), end])
          let small = try await answer(["grpc-encoding": "gzip"], [1, 2], flag: 0)
          #expect(small == [.message([1, 2]), end])
          for headers: HPACKHeaders in [["grpc-encoding": "gzip"], ["grpc-encoding": "gzip", "grpc-accept-encoding": "identity,gzip"]] {
            let events = try await answer(headers, compressed, flag: 1)
            guard case .compressed(let bytes)? = events.first else {
              Issue.record("\(events)")
              continue
            }
            #expect(try Gzip.restore(bytes.span, maximumBytes: 100_000) == text)
            #expect(events.count == 2 && events.last == end)
          }
        }
      }
    }

    @Test func `a server that ends lets open streams end, and takes no new connection`() async throws {
      try await withServer { (server, connection) async throws in
        let stream = try await connection.open("/test.Echo/Stream")
        try await stream.send([1])
        var events = stream.events.makeAsyncIterator()
        #expect(await events.next() == .message([1]))
        await server.shutDown(within: .seconds(20))
        #expect(await events.next() == .end(status: 14, message: "gone"))
        try await connection.waitUntilClosed()
        await #expect(throws: (any Error).self) { try await GRPCTestConnection.connect(port: server.port) }
      }
    }

    @Test func `a client that pings too often is sent away`() async throws {
      try await withServer { (_, connection) async throws in
        _ = try await connection.call("/test.Echo/Unary", [1])
        for _ in 0..<5 { try? await connection.ping() }
        try await connection.waitUntilClosed()
      }
    }

    @Test func `connections beyond the limit are closed, and the others serve on`() async throws {
      var limits = TransportLimits()
      limits.maximumConnections = 2
      try await withServer(limits) { (server, connection) async throws in
        let second = try await GRPCTestConnection.connect(port: server.port)
        #expect(try await second.call("/test.Echo/Unary", [1]).status == 0)
        let third = try await GRPCTestConnection.connect(port: server.port)
        try await third.waitUntilClosed()
        #expect(try await connection.call("/test.Echo/Unary", [1]).status == 0)
        try await second.close()
      }
    }
  }
#endif
