#if Network
  internal import NIOCore
  internal import NIOHTTP1

  #if canImport(Glibc)
    internal import Glibc
  #else
    internal import Darwin
  #endif

  /// Does on one connection what the script says.
  final class ScriptedRegistryHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let respond: (RegistryScript.Request) -> ScriptedRegistry.Step
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(respond: @escaping (RegistryScript.Request) -> ScriptedRegistry.Step) { self.respond = respond }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let buffer): body += buffer.readableBytesView
      case .end:
        guard let head else { return }
        let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
        let request = RegistryScript.Request(
          method: head.method.rawValue, path: parts[0], query: RegistryScript.parameters(parts.count == 2 ? parts[1] : ""),
          headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body)
        perform(respond(request), isHead: head.method == .HEAD, context)
      }
    }

    /// What is not HTTP, such as a TLS greeting, ends the connection, as with any plain HTTP server.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ step: ScriptedRegistry.Step, isHead: Bool, _ context: ChannelHandlerContext) {
      switch step {
      case .answer(let answer): send(answer, isHead: isHead, context)
      case .modify, .truncate: context.close(promise: nil)
      case .hang: break
      case .close: context.close(promise: nil)
      case .reset:
        let channel = context.channel
        // Zero seconds of lingering make the kernel send RST.
        let done = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        (done ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
      case .garbage(let bytes):
        // From below the encoder, which would refuse it.
        let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
        encoder?.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        context.close(promise: nil)
      case .drip:
        start(context)
        repeatedly(every: .milliseconds(20), ByteBuffer(string: " "), context)
      case .endless:
        start(context)
        repeatedly(every: .milliseconds(1), ByteBuffer(repeating: 0x20, count: 256 << 10), context)
      }
    }

    private func start(_ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok))), promise: nil)
    }

    private func repeatedly(every interval: TimeAmount, _ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
      let channel = context.channel
      channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { task in
        guard channel.isActive else { return task.cancel() }
        // A client that stops reading must not make the test hold all that was never sent.
        if channel.isWritable { channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil) }
      }
    }

    private func send(_ answer: ScriptedRegistry.Answer, isHead: Bool, _ context: ChannelHandlerContext) {
      var headers = HTTPHeaders(answer.headers.sorted { $0.key < $1.key })
      let promised = answer.headers["Content-Length"].flatMap { Int($0) }
      if promised == nil { headers.add(name: "Content-Length", value: String(answer.body.count)) }
      let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil) }
      if !isHead, let promised, promised > answer.body.count {
        context.flush()
        context.close(promise: nil)
      } else {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
#endif
