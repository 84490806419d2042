import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix

/// Why a call failed: gRPC's status and what the server said.
public struct GRPCFailure: Error, CustomStringConvertible {
  /// gRPC's status number; -1 when the connection broke.
  public let status: Int
  /// The server's words.
  public let message: String

  public var description: String { "gRPC status \(status): \(message)" }
}

/// One HTTP/2 connection that carries unary gRPC calls, any number at a time, each on a stream of its own.
///
/// Frames are handled by one handler without a channel for each stream: the client must not be what limits the server that is measured.
public final class GRPCConnection: Sendable {
  private let channel: any Channel

  private init(_ channel: any Channel) { self.channel = channel }

  /// Connects to a port of this machine.
  public static func connect(port: Int, group: any EventLoopGroup) async throws -> GRPCConnection {
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .enablePush, value: 0), HTTP2Setting(parameter: .initialWindowSize, value: 16 << 20),
    ]
    // The server probes the bandwidth with a ping for almost every window of data.
    connection.controlFrameRateLimit.maximumCount = 1_000_000
    let configuration = connection
    let channel = try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let http = NIOHTTP2Handler(mode: .client, connectionConfiguration: configuration)
          try channel.pipeline.syncOperations.addHandlers(http, UnaryCallHandler(authority: "127.0.0.1:\(port)"))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return GRPCConnection(channel)
  }

  /// Calls a method and answers with the message that came back.
  public func call(_ path: String, _ message: [UInt8]) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      channel.writeAndFlush(UnaryCall(path: path, message: message, continuation: continuation), promise: nil)
    }
  }

  /// Opens a call with one message, which stays open, and is told of each message that comes back.
  public func stream(_ path: String, _ message: [UInt8], _ received: @escaping @Sendable ([UInt8]) -> Void) {
    channel.writeAndFlush(UnaryCall(path: path, message: message, received: received), promise: nil)
  }

  /// Closes the connection; calls that are open fail.
  public func close() async throws { try await channel.close() }
}

/// A call on its way to the handler.
private struct UnaryCall: Sendable {
  let path: String
  let message: [UInt8]
  var continuation: CheckedContinuation<[UInt8], any Error>?
  /// For a call that stays open: told of each message.
  var received: (@Sendable ([UInt8]) -> Void)?
}

/// Turns calls into frames and frames into answers.
private final class UnaryCallHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundIn = UnaryCall
  typealias OutboundOut = HTTP2Frame

  private struct Open {
    let continuation: CheckedContinuation<[UInt8], any Error>?
    let received: (@Sendable ([UInt8]) -> Void)?
    var answer = ByteBuffer()
  }

  private let authority: String
  private var open: [HTTP2StreamID: Open] = [:]
  private var nextStream = HTTP2StreamID(1)
  /// Bytes read since the connection's window was last widened.
  private var unacknowledgedBytes = 0
  private var isFlushScheduled = false

  init(authority: String) { self.authority = authority }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let call = unwrapOutboundIn(data)
    let stream = nextStream
    nextStream = nextStream.advanced(by: 2)
    open[stream] = Open(continuation: call.continuation, received: call.received)
    let headers: HPACKHeaders = [
      ":method": "POST", ":scheme": "http", ":path": call.path, ":authority": authority, "te": "trailers",
      "content-type": "application/grpc",
    ]
    var body = context.channel.allocator.buffer(capacity: call.message.count + 5)
    body.writeInteger(UInt8(0))
    body.writeInteger(UInt32(call.message.count))
    body.writeBytes(call.message)
    context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: .headers(.init(headers: headers)))), promise: nil)
    context.write(
      wrapOutboundOut(HTTP2Frame(streamID: stream, payload: .data(.init(data: .byteBuffer(body), endStream: call.received == nil)))),
      promise: promise)
  }

  /// One write to the socket for all calls of one turn of the event loop.
  func flush(context: ChannelHandlerContext) {
    if isFlushScheduled { return }
    isFlushScheduled = true
    context.eventLoop.assumeIsolated().execute {
      self.isFlushScheduled = false
      context.flush()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .data(let data):
      guard case .byteBuffer(var buffer) = data.data else { return }
      unacknowledgedBytes += buffer.readableBytes
      open[frame.streamID]?.answer.writeBuffer(&buffer)
      deliver(frame.streamID)
      if unacknowledgedBytes > 16_384 {
        let update = HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: unacknowledgedBytes))
        unacknowledgedBytes = 0
        context.writeAndFlush(wrapOutboundOut(update), promise: nil)
      }
    case .headers(let headers) where headers.endStream: finish(frame.streamID, headers.headers)
    case .rstStream(let code): fail(frame.streamID, "the server reset the stream: \(code)")
    case .goAway(_, let code, _): failAll("the server goes away: \(code)")
    default: break
    }
  }

  /// Hands over the whole messages of a call that stays open.
  private func deliver(_ stream: HTTP2StreamID) {
    guard let received = open[stream]?.received else { return }
    while let answer = open[stream]?.answer, let length = answer.getInteger(at: answer.readerIndex + 1, as: UInt32.self),
      let message = answer.getBytes(at: answer.readerIndex + 5, length: Int(length))
    {
      open[stream]?.answer.moveReaderIndex(forwardBy: 5 + Int(length))
      open[stream]?.answer.discardReadBytes()
      received(message)
    }
  }

  private func finish(_ stream: HTTP2StreamID, _ trailers: HPACKHeaders) {
    guard let call = open.removeValue(forKey: stream) else { return }
    let status = trailers.first(name: "grpc-status").flatMap { Int($0) } ?? -1
    guard status == 0, call.answer.readableBytes >= 5 else {
      call.continuation?.resume(throwing: GRPCFailure(status: status, message: trailers.first(name: "grpc-message") ?? "no answer"))
      return
    }
    call.continuation?.resume(returning: Array(call.answer.readableBytesView.dropFirst(5)))
  }

  private func fail(_ stream: HTTP2StreamID, _ reason: String) {
    open.removeValue(forKey: stream)?.continuation?.resume(throwing: GRPCFailure(status: -1, message: reason))
  }

  private func failAll(_ reason: String) {
    for stream in Array(open.keys) { fail(stream, reason) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    failAll("the connection is closed")
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failAll("\(error)")
    context.close(promise: nil)
  }
}
