#if Network
  internal import NIOCore
  internal import NIOHPACK
  internal import NIOHTTP2

  // Invariants:
  //   streams has exactly the calls that have not ended
  //   what is written is flushed at the end of the turn of the event loop in which it was written

  /// Asks a connection to end its calls and close.
  struct DrainRequest: Sendable {}

  /// One HTTP/2 connection: turns frames into calls and answers into frames.
  ///
  /// All streams are handled by this one handler, without a channel for each: that is most of the cost of a small call otherwise.
  final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let limits: TransportLimits
    let eventLoop: any EventLoop
    private let services: GRPCServices
    private let responder: HTTPResponder
    private var context: ChannelHandlerContext?
    private var streams: [HTTP2StreamID: ServerStream] = [:]
    private var pings: PingPolicy
    private var lastActivity = NIODeadline.now()
    private var awaitsPing = false
    private var idleTimer: Scheduled<Void>?
    private var unacknowledgedBytes = 0
    /// Writes that the socket has not taken yet, of those that may take long.
    private var longWriteCount = 0
    private var isReading = false
    private var hasWritten = false
    private var isFlushScheduled = false
    private var isDraining = false

    init(_ services: GRPCServices, responder: @escaping HTTPResponder, limits: TransportLimits, eventLoop: any EventLoop) {
      self.services = services
      self.responder = responder
      self.limits = limits
      self.eventLoop = eventLoop
      pings = PingPolicy(minimumInterval: limits.keepalive.minimumPingInterval)
    }

    /// The settings that a client is told at first.
    static func configuration(_ limits: TransportLimits) -> NIOHTTP2Handler.ConnectionConfiguration {
      var configuration = NIOHTTP2Handler.ConnectionConfiguration()
      configuration.initialSettings = [
        HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.maximumConcurrentStreams),
        HTTP2Setting(parameter: .initialWindowSize, value: limits.windowBytes),
        HTTP2Setting(parameter: .maxHeaderListSize, value: 64 << 10),
      ]
      // Clients ping after almost every window of data to measure the bandwidth; pings without reason are what PingPolicy is for.
      configuration.controlFrameRateLimit.maximumCount = 100_000
      configuration.maximumBufferedControlFrames = 100_000
      return configuration
    }

    static func streamConfiguration() -> NIOHTTP2Handler.StreamConfiguration {
      var configuration = NIOHTTP2Handler.StreamConfiguration()
      // A client that gives up thousands of watches resets as many streams.
      configuration.streamResetFrameRateLimit.maximumCount = 100_000
      configuration.streamErrorRateLimit.maximumCount = 100_000
      return configuration
    }

    // MARK: The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
      self.context = context
      if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
      begin(context)
      context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
      // Every connection begins with the window that RFC 9113 gives it.
      let increment = limits.connectionWindowBytes - 65_535
      if increment > 0 { write(HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: increment))) }
      scheduleIdleCheck(in: TimeAmount(limits.keepalive.idleInterval))
    }

    func channelInactive(context: ChannelHandlerContext) {
      end()
      context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      end()
      self.context = nil
    }

    private func end() {
      idleTimer?.cancel()
      for stream in Array(streams.values) { stream.abandon() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      // A fault of one stream was answered with its reset; all others end the connection, which has said why by now.
      guard !(error is NIOHTTP2Errors.StreamError) else { return }
      context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      switch event {
      case let event as StreamClosedEvent:
        if event.reason != nil { streams[event.streamID]?.abandon() }
      case is DrainRequest: drain(context)
      default: break
      }
      context.fireUserInboundEventTriggered(event)
    }

    private func drain(_ context: ChannelHandlerContext) {
      guard !isDraining else { return }
      isDraining = true
      goAway(.noError, context)
      for stream in Array(streams.values) { stream.drain() }
      closeIfDrained()
    }

    private func goAway(_ code: HTTP2ErrorCode, _ context: ChannelHandlerContext, reason: String? = nil) {
      let payload = HTTP2Frame.FramePayload.goAway(
        lastStreamID: .maxID, errorCode: code, opaqueData: reason.map { ByteBuffer(string: $0) })
      write(HTTP2Frame(streamID: .rootStream, payload: payload))
    }

    private func closeIfDrained() {
      guard isDraining, streams.isEmpty, let context else { return }
      context.flush()
      context.close(promise: nil)
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      isReading = true
      lastActivity = .now()
      let frame = unwrapInboundIn(data)
      switch frame.payload {
      case .headers(let headers): receive(headers, on: frame.streamID, context)
      case .data(let data):
        guard case .byteBuffer(let buffer) = data.data else { return }
        // With padding, which counts for the window as well.
        widenWindow(by: buffer.readableBytes + (data.paddingBytes.map { $0 + 1 } ?? 0))
        streams[frame.streamID]?.receive(buffer, endStream: data.endStream)
      case .rstStream: streams[frame.streamID]?.abandon()
      case .ping(_, let isAnswer): receivePing(isAnswer, context)
      default: break
      }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
      isReading = false
      flush()
      context.fireChannelReadComplete()
    }

    private func receive(_ frame: HTTP2Frame.FramePayload.Headers, on id: HTTP2StreamID, _ context: ChannelHandlerContext) {
      if let stream = streams[id] {
        // Trailers, which end what the client has to say.
        return stream.receive(ByteBuffer(), endStream: true)
      }
      let headers = frame.headers
      guard let path = headers.first(name: ":path") else { return }
      guard headers.first(name: "content-type")?.hasPrefix("application/grpc") == true else {
        return respond(HTTPRequest(method: headers.first(name: ":method") ?? "", target: path), on: id)
      }
      do throws(GRPCStatus) {
        let encoding = try MessageEncoding.named(headers.first(name: "grpc-encoding"))
        guard let entry = services.entry(path) else { throw Self.unknown(path) }
        let answerEncoding = encoding.forAnswers(accepted: { headers.first(name: "grpc-accept-encoding") })
        let stream = ServerStream(id: id, connection: self, encoding: encoding, answerEncoding: answerEncoding)
        streams[id] = stream
        stream.begin(entry, path: path, metadata: GRPCMetadata(headers))
        if frame.endStream { stream.receive(ByteBuffer(), endStream: true) }
      } catch {
        let stream = ServerStream(id: id, connection: self, encoding: .identity)
        streams[id] = stream
        stream.finish(error)
      }
    }

    /// In the words of grpc-go.
    private static func unknown(_ path: String) -> GRPCStatus {
      let parts = path.split(separator: "/", omittingEmptySubsequences: true)
      guard parts.count == 2 else { return GRPCStatus(.unimplemented, "malformed method name: \"\(path)\"") }
      return GRPCStatus(.unimplemented, "unknown method \(parts[1]) for service \(parts[0])")
    }

    private func receivePing(_ isAnswer: Bool, _ context: ChannelHandlerContext) {
      if isAnswer {
        awaitsPing = false
        return
      }
      // While a long answer goes out, each piece of it may be answered with a ping.
      if longWriteCount > 0 { pings.noteSent() }
      guard !pings.allowsPing(at: .now, hasCalls: !streams.isEmpty) else { return }
      goAway(.enhanceYourCalm, context, reason: "too_many_pings")
      context.flush()
      context.close(promise: nil)
    }

    private func widenWindow(by count: Int) {
      unacknowledgedBytes += count
      guard unacknowledgedBytes > limits.connectionWindowBytes / 2 else { return }
      write(HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: unacknowledgedBytes)))
      unacknowledgedBytes = 0
    }

    // MARK: What goes out

    func write(_ frame: HTTP2Frame, promise: EventLoopPromise<Void>? = nil) {
      guard let context else {
        promise?.fail(ChannelError.ioOnClosedChannel)
        return
      }
      pings.noteSent()
      hasWritten = true
      context.write(wrapOutboundOut(frame), promise: promise)
      if isReading || isFlushScheduled { return }
      isFlushScheduled = true
      eventLoop.assumeIsolated().execute {
        self.isFlushScheduled = false
        self.flush()
      }
    }

    /// Something is to be written that takes more than one frame, or waits for the client to read.
    func beginLongWrite() { longWriteCount += 1 }

    func endLongWrite() {
      longWriteCount -= 1
      pings.noteSent()
    }

    private func flush() {
      guard hasWritten, let context else { return }
      hasWritten = false
      context.flush()
    }

    func remove(_ stream: ServerStream) {
      streams[stream.id] = nil
      if isDraining { closeIfDrained() }
    }

    // MARK: Others than calls

    /// A plain request over HTTP/2, as `curl --http2` sends it.
    private func respond(_ request: HTTPRequest, on id: HTTP2StreamID) {
      let responder = responder
      let handler = NIOLoopBound(self, eventLoop: eventLoop)
      Task { [eventLoop] in
        let answer = await responder(request)
        eventLoop.execute { handler.value.send(answer, on: id) }
      }
    }

    private func send(_ answer: HTTPAnswer, on id: HTTP2StreamID) {
      let headers: HPACKHeaders = [
        ":status": "\(answer.status)", "content-type": answer.contentType, "content-length": "\(answer.body.count)",
      ]
      write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: headers))))
      write(HTTP2Frame(streamID: id, payload: .data(.init(data: .byteBuffer(ByteBuffer(bytes: answer.body)), endStream: true))))
    }

    // MARK: Silence

    private func scheduleIdleCheck(in delay: TimeAmount) {
      idleTimer = eventLoop.assumeIsolated().scheduleTask(in: delay) { self.checkIdle() }
    }

    /// Asks a client that has been silent for long whether it is there, and closes the connection if it does not answer.
    private func checkIdle() {
      guard let context, context.channel.isActive else { return }
      if awaitsPing {
        context.close(promise: nil)
        return
      }
      let silence = NIODeadline.now() - lastActivity
      let interval = TimeAmount(limits.keepalive.idleInterval)
      guard silence >= interval else { return scheduleIdleCheck(in: interval - silence) }
      awaitsPing = true
      write(HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 1), ack: false)))
      scheduleIdleCheck(in: TimeAmount(limits.keepalive.timeout))
    }
  }
#endif
