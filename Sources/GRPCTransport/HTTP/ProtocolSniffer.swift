#if Network
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOHTTP2

  /// Looks at the first bytes of a connection: HTTP/2 begins with words that no HTTP/1 request can have (RFC 9113, section 3.4).
  ///
  /// That serves both on one port, with and without TLS; what ALPN settled on shows in the same bytes.
  final class ProtocolSniffer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let services: GRPCServices
    private let responder: HTTPResponder
    private let limits: TransportLimits
    private var seen = ByteBuffer()
    private var isDecided = false
    private var timer: Scheduled<Void>?

    init(_ services: GRPCServices, responder: @escaping HTTPResponder, limits: TransportLimits) {
      self.services = services
      self.responder = responder
      self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
      let channel = context.channel
      timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.handshakeTimeout)) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !isDecided else { return context.fireChannelRead(data) }
      var data = unwrapInboundIn(data)
      seen.writeBuffer(&data)
      let count = min(seen.readableBytes, Self.preface.count)
      let isHTTP2 = seen.readableBytesView.prefix(count).elementsEqual(Self.preface.prefix(count))
      if isHTTP2, count < Self.preface.count { return }
      isDecided = true
      timer?.cancel()
      do {
        try addHandlers(isHTTP2: isHTTP2, context)
      } catch {
        return context.close(promise: nil)
      }
      context.fireChannelRead(wrapInboundOut(seen))
      seen = ByteBuffer()
    }

    private func addHandlers(isHTTP2: Bool, _ context: ChannelHandlerContext) throws {
      let pipeline = context.pipeline.syncOperations
      if isHTTP2 {
        let http = NIOHTTP2Handler(
          mode: .server, connectionConfiguration: ConnectionHandler.configuration(limits),
          streamConfiguration: ConnectionHandler.streamConfiguration())
        try pipeline.addHandlers(
          http, ConnectionHandler(services, responder: responder, limits: limits, eventLoop: context.eventLoop))
      } else {
        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
        try pipeline.addHandler(HTTP1Handler(responder))
      }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is DrainRequest, !isDecided { context.close(promise: nil) }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      // A failed TLS handshake, or a connection that was reset.
      if isDecided { context.fireErrorCaught(error) } else { context.close(promise: nil) }
    }
  }
#endif
