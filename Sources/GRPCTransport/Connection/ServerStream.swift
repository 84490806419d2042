#if Network
  internal import NIOCore
  internal import NIOHPACK
  internal import NIOHTTP2

  // Invariants:
  //   state only moves forward: open, answering, ended
  //   a handler's cancel() is called at most once, and only if the call ended otherwise than by finish(_:)
  //   outstandingBytes is what send(_:) was given and the socket has not taken yet; small unary answers are not counted

  /// One call on one HTTP/2 stream. Everything is on the connection's event loop.
  final class ServerStream: CallChannel {
    private enum State {
      case open
      case answering
      case ended
    }

    private enum Handler {
      /// The request has not come yet.
      case unary(@Sendable (ByteBuffer, GRPCCall) -> Void)
      case streaming(any GRPCCallHandler)
      /// Answered, or about to be.
      case none
    }

    private static let answerHeaders: HPACKHeaders = [
      ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": MessageEncoding.accepted,
    ]
    private static let gzipAnswerHeaders: HPACKHeaders = {
      var headers = answerHeaders
      headers.add(name: "grpc-encoding", value: MessageEncoding.gzip.rawValue)
      return headers
    }()
    private static let goodTrailers: HPACKHeaders = ["grpc-status": "0"]

    /// What goes out in more than one frame, and so over some time.
    private static let largeBytes = 16 << 10

    let id: HTTP2StreamID
    private unowned let connection: ConnectionHandler
    private var state = State.open
    private var handler = Handler.none
    private var decoder: MessageDecoder
    private let answerEncoding: MessageEncoding
    private var call: GRPCCall?
    private var observer: (any GRPCMethodObserver)?
    private var beginning: ContinuousClock.Instant?
    private var request: ByteBuffer?
    private var timeout: Duration?
    private var timer: Scheduled<Void>?
    private var outstandingBytes = 0
    private var countsOutstanding = false
    /// Bytes that came since the stream's window was last widened.
    private var unacknowledgedBytes = 0
    private(set) var isClientDone = false

    init(id: HTTP2StreamID, connection: ConnectionHandler, encoding: MessageEncoding, answerEncoding: MessageEncoding = .identity) {
      self.id = id
      self.connection = connection
      self.answerEncoding = answerEncoding
      decoder = MessageDecoder(maximumBytes: connection.limits.maximumRequestBytes, encoding: encoding)
    }

    func begin(_ entry: GRPCServices.Entry, path: String, metadata: GRPCMetadata) {
      if let observer = entry.observer {
        self.observer = observer
        if observer.measuresTime { beginning = .now }
        observer.callBegan()
      }
      let call = GRPCCall(
        path: path, metadata: metadata, channel: self, eventLoop: connection.eventLoop, compressesMessages: answerEncoding != .identity)
      self.call = call
      if let text = metadata["grpc-timeout"] {
        timeout = GRPCTimeout.parse(text)
        if timeout == nil { return finish(GRPCStatus(.internal, "malformed grpc-timeout: \"\(text)\"")) }
      }
      switch entry.method {
      case .unary(let body): handler = .unary(body)
      case .streaming(let make):
        countsOutstanding = true
        startTimer()
        handler = .streaming(make(call))
      }
    }

    // MARK: What comes in

    func receive(_ data: ByteBuffer, endStream: Bool) {
      if endStream { isClientDone = true }
      guard state != .ended else { return }
      var data = data
      unacknowledgedBytes += data.readableBytes
      decoder.append(&data)
      do {
        while state != .ended, let message = try decoder.next() { receive(message) }
      } catch {
        return finish(error)
      }
      if endStream { receiveEnd() } else { widenWindow() }
    }

    private func receive(_ message: ByteBuffer) {
      observer?.messageReceived(byteCount: message.readableBytes)
      switch handler {
      case .unary:
        guard request == nil else { return finish(GRPCStatus(.internal, "a call of a unary method has more than one request")) }
        request = message
      case .streaming(let handler): handler.receive(message)
      case .none: break
      }
    }

    private func receiveEnd() {
      guard state != .ended else { return }
      if decoder.isInsideMessage { return finish(GRPCStatus(.internal, "the last message of a call is cut off")) }
      switch handler {
      case .unary(let body):
        handler = .none
        guard let request, let call else { return finish(GRPCStatus(.internal, "a call of a unary method has no request")) }
        self.request = nil
        body(request, call)
        if state != .ended { startTimer() }
      case .streaming(let handler): handler.receiveEnd()
      case .none: break
      }
    }

    private func widenWindow() {
      guard unacknowledgedBytes > connection.limits.windowBytes / 2 else { return }
      connection.write(HTTP2Frame(streamID: id, payload: .windowUpdate(windowSizeIncrement: unacknowledgedBytes)))
      unacknowledgedBytes = 0
    }

    /// The client reset the stream, or the connection is gone.
    func abandon() {
      guard state != .ended else { return }
      state = .ended
      end(.cancelled, tellsHandler: true)
    }

    func drain() {
      if case .streaming(let handler) = handler { handler.drain() }
    }

    // MARK: What goes out

    var isWritable: Bool { outstandingBytes < connection.limits.maximumOutstandingBytes }

    func send(_ message: GRPCMessage) {
      switch state {
      case .open:
        let headers = answerEncoding == .gzip ? Self.gzipAnswerHeaders : Self.answerHeaders
        connection.write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: headers))))
        state = .answering
      case .answering: break
      case .ended: return
      }
      observer?.messageSent(byteCount: message.messageBytes)
      let frame = HTTP2Frame(streamID: id, payload: .data(.init(data: .byteBuffer(message.buffer))))
      let count = message.byteCount
      guard countsOutstanding || count > Self.largeBytes else { return connection.write(frame) }
      outstandingBytes += count
      connection.beginLongWrite()
      let promise = connection.eventLoop.makePromise(of: Void.self)
      promise.futureResult.assumeIsolated().whenComplete { _ in self.noteSent(count) }
      connection.write(frame, promise: promise)
    }

    private func noteSent(_ count: Int) {
      connection.endLongWrite()
      let wasWritable = isWritable
      outstandingBytes -= count
      guard !wasWritable, isWritable, state != .ended, case .streaming(let handler) = handler else { return }
      handler.becomeWritable()
    }

    func finish(_ status: GRPCStatus) {
      guard state != .ended else { return }
      var trailers = Self.goodTrailers
      if status.code != .ok {
        trailers = ["grpc-status": "\(status.code.rawValue)"]
        if !status.message.isEmpty { trailers.add(name: "grpc-message", value: status.encodedMessage) }
      }
      if state == .open {
        var headers = Self.answerHeaders
        headers.add(contentsOf: trailers)
        trailers = headers
      }
      state = .ended
      connection.write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: trailers, endStream: true))))
      // Whatever else the client has to say, nobody listens any more (RFC 9113, section 8.1).
      if !isClientDone { connection.write(HTTP2Frame(streamID: id, payload: .rstStream(.noError))) }
      end(status.code, tellsHandler: false)
    }

    private func end(_ code: GRPCStatus.Code, tellsHandler: Bool) {
      observer?.callEnded(code, after: beginning.map { .now - $0 })
      observer = nil
      timer?.cancel()
      timer = nil
      if tellsHandler, case .streaming(let handler) = handler { handler.cancel() }
      handler = .none
      call = nil
      request = nil
      connection.remove(self)
    }

    private func startTimer() {
      guard let timeout else { return }
      timer = connection.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { self.exceedDeadline() }
    }

    private func exceedDeadline() {
      guard state != .ended else { return }
      if case .streaming(let handler) = handler { handler.cancel() }
      handler = .none
      finish(GRPCStatus(.deadlineExceeded, "context deadline exceeded"))
    }
  }
#endif
