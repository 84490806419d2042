#if Network
  internal import NIOCore
  internal import NIOHTTP1

  /// Answers plain requests over HTTP/1.1. Bodies of requests are read and dropped.
  final class HTTP1Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let responder: HTTPResponder
    private var request: HTTPRequestHead?

    init(_ responder: @escaping HTTPResponder) { self.responder = responder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): request = head
      case .body: break
      case .end:
        guard let head = request else { return }
        request = nil
        respond(to: head, context)
      }
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      let responder = responder
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      let eventLoop = context.eventLoop
      Task {
        let answer = await responder(HTTPRequest(method: head.method.rawValue, target: head.uri))
        eventLoop.execute { this.value.send(answer, to: head, bound.value) }
      }
    }

    private func send(_ answer: HTTPAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
      var headers = HTTPHeaders([("content-type", answer.contentType), ("content-length", "\(answer.body.count)")])
      if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
      let head = HTTPResponseHead(version: request.version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if request.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil) }
      let promise = request.isKeepAlive ? nil : context.eventLoop.makePromise(of: Void.self)
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      promise?.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is DrainRequest { context.close(promise: nil) }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
#endif
