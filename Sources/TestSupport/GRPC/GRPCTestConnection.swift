#if Network
  internal import NIOCore
  public import NIOHPACK
  internal import NIOConcurrencyHelpers
  internal import NIOHTTP2
  internal import NIOPosix

  /// One HTTP/2 connection of a test to a server of this machine, that says exactly what it is told to.
  public final class GRPCTestConnection: Sendable {
    /// What came on a call.
    public enum Event: Sendable, Equatable {
      /// A message, without its prefix.
      case message([UInt8])
      /// A message that is compressed by gzip, on a call whose headers said so.
      case compressed([UInt8])
      /// The end, with gRPC's status.
      case end(status: Int, message: String)
      /// The stream or the connection broke.
      case broken
    }

    /// One call.
    public struct Call: Sendable {
      /// What comes, in order.
      public let events: AsyncStream<Event>
      fileprivate let stream: Int
      fileprivate let channel: any Channel

      /// Sends a message, or what a test wants to pass for one.
      public func send(_ message: [UInt8], flag: UInt8 = 0, isLast: Bool = false) async throws {
        var buffer = ByteBuffer(bytes: [flag])
        buffer.writeInteger(UInt32(message.count))
        buffer.writeBytes(message)
        try await channel.writeAndFlush(ClientCommand.data(stream, buffer, isLast))
      }

      /// Resets the stream.
      public func cancel() async throws { try await channel.writeAndFlush(ClientCommand.reset(stream)) }

      /// The first message and the status of a call that ends.
      public func answer() async -> (message: [UInt8]?, status: Int, text: String) {
        var first: [UInt8]?
        for await event in events {
          switch event {
          case .message(let bytes), .compressed(let bytes): first = first ?? bytes
          case .end(let status, let text): return (first, status, text)
          case .broken: return (first, -1, "broken")
          }
        }
        return (first, -1, "ended")
      }
    }

    private let channel: any Channel
    private let nextStream = NIOLockedValueBox(1)

    private init(_ channel: any Channel) { self.channel = channel }

    /// Connects to a port of this machine.
    ///
    /// - Parameter windowBytes: what the server may send on a stream before the connection says more, which it does for what was read.
    public static func connect(port: Int, windowBytes: Int = 1 << 20) async throws -> GRPCTestConnection {
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            var configuration = NIOHTTP2Handler.ConnectionConfiguration()
            configuration.initialSettings = [
              HTTP2Setting(parameter: .enablePush, value: 0), HTTP2Setting(parameter: .initialWindowSize, value: windowBytes),
            ]
            try channel.pipeline.syncOperations.addHandlers(
              NIOHTTP2Handler(mode: .client, connectionConfiguration: configuration), ClientHandler())
          }
        }
        .connect(host: "127.0.0.1", port: port).get()
      return GRPCTestConnection(channel)
    }

    /// Begins a call.
    public func open(_ path: String, headers: HPACKHeaders = [:]) async throws -> Call {
      let stream = nextStream.withLockedValue { next in
        defer { next += 2 }
        return next
      }
      var all: HPACKHeaders = [
        ":method": "POST", ":scheme": "http", ":path": path, ":authority": "127.0.0.1", "te": "trailers",
        "content-type": "application/grpc",
      ]
      all.add(contentsOf: headers)
      let (events, continuation) = AsyncStream<Event>.makeStream()
      try await channel.writeAndFlush(ClientCommand.open(stream, all, continuation))
      return Call(events: events, stream: stream, channel: channel)
    }

    /// A call with one request and one answer.
    public func call(
      _ path: String, _ message: [UInt8], headers: HPACKHeaders = [:]
    ) async throws -> (message: [UInt8]?, status: Int, text: String) {
      let call = try await open(path, headers: headers)
      // A server may have refused the call by its headers already.
      try? await call.send(message, isLast: true)
      return await call.answer()
    }

    /// Sends a ping.
    public func ping() async throws { try await channel.writeAndFlush(ClientCommand.ping) }

    /// Whether what the server sends is taken from the socket.
    public func setReads(_ reads: Bool) async throws { try await channel.setOption(.autoRead, value: reads).get() }

    /// Returns when the connection is closed, by whichever side.
    public func waitUntilClosed() async throws { try await channel.closeFuture.get() }

    /// Closes the connection.
    public func close() async throws { try? await channel.close() }
  }

  private enum ClientCommand: Sendable {
    case open(Int, HPACKHeaders, AsyncStream<GRPCTestConnection.Event>.Continuation)
    case data(Int, ByteBuffer, Bool)
    case reset(Int)
    case ping
  }

  /// Turns commands into frames and frames into events.
  private final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundIn = ClientCommand
    typealias OutboundOut = HTTP2Frame

    private struct Call {
      let continuation: AsyncStream<GRPCTestConnection.Event>.Continuation
      var buffer = ByteBuffer()
      var encoding = "identity"
    }

    private var calls: [HTTP2StreamID: Call] = [:]

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      let frame: HTTP2Frame
      switch unwrapOutboundIn(data) {
      case .open(let stream, let headers, let continuation):
        calls[HTTP2StreamID(stream)] = Call(continuation: continuation)
        frame = HTTP2Frame(streamID: HTTP2StreamID(stream), payload: .headers(.init(headers: headers)))
      case .data(let stream, let buffer, let isLast):
        frame = HTTP2Frame(streamID: HTTP2StreamID(stream), payload: .data(.init(data: .byteBuffer(buffer), endStream: isLast)))
      case .reset(let stream): frame = HTTP2Frame(streamID: HTTP2StreamID(stream), payload: .rstStream(.cancel))
      case .ping: frame = HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 7), ack: false))
      }
      context.write(wrapOutboundOut(frame), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let frame = unwrapInboundIn(data)
      switch frame.payload {
      case .data(let data):
        guard case .byteBuffer(var buffer) = data.data else { return }
        let count = buffer.readableBytes
        calls[frame.streamID]?.buffer.writeBuffer(&buffer)
        deliver(frame.streamID)
        for stream in [frame.streamID, .rootStream] where count > 0 {
          context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: .windowUpdate(windowSizeIncrement: count))), promise: nil)
        }
        context.flush()
      case .headers(let headers) where headers.endStream:
        let status = headers.headers.first(name: "grpc-status").flatMap { Int($0) } ?? -1
        end(frame.streamID, .end(status: status, message: headers.headers.first(name: "grpc-message") ?? ""))
      case .headers(let headers): calls[frame.streamID]?.encoding = headers.headers.first(name: "grpc-encoding") ?? "identity"
      case .rstStream: end(frame.streamID, .broken)
      default: break
      }
    }

    private func deliver(_ stream: HTTP2StreamID) {
      while let call = calls[stream], let flag = call.buffer.getInteger(at: call.buffer.readerIndex, as: UInt8.self),
        let length = call.buffer.getInteger(at: call.buffer.readerIndex + 1, as: UInt32.self),
        let message = call.buffer.getBytes(at: call.buffer.readerIndex + 5, length: Int(length))
      {
        calls[stream]?.buffer.moveReaderIndex(forwardBy: 5 + Int(length))
        calls[stream]?.buffer.discardReadBytes()
        switch (flag, call.encoding) {
        case (0, _): call.continuation.yield(.message(message))
        case (1, "gzip"): call.continuation.yield(.compressed(message))
        default: return end(stream, .broken)
        }
      }
    }

    private func end(_ stream: HTTP2StreamID, _ event: GRPCTestConnection.Event) {
      guard let call = calls.removeValue(forKey: stream) else { return }
      call.continuation.yield(event)
      call.continuation.finish()
    }

    func channelInactive(context: ChannelHandlerContext) {
      for stream in Array(calls.keys) { end(stream, .broken) }
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      // A window that grows on a stream that has ended is no fault of the test's.
      if !(error is NIOHTTP2Errors.StreamError), !(error is NIOHTTP2Errors.NoSuchStream) { context.close(promise: nil) }
    }
  }
#endif
