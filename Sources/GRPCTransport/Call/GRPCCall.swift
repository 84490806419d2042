#if Network
  package import NIOCore

  /// One call as its handler sees it, whatever carries it.
  ///
  /// `send` and `finish` may be called on any thread; what one thread sends arrives in that order. Once the call has ended, from whichever side, they do nothing.
  package struct GRPCCall: Sendable {
    /// `/package.Service/Method`.
    package let path: String

    /// What the client said besides its messages.
    package let metadata: GRPCMetadata

    /// The thread that the call's handler is on.
    package let eventLoop: any EventLoop

    private let channel: NIOLoopBound<any CallChannel>
    private let compressesMessages: Bool

    init(path: String, metadata: GRPCMetadata, channel: any CallChannel, eventLoop: any EventLoop, compressesMessages: Bool) {
      self.path = path
      self.compressesMessages = compressesMessages
      self.metadata = metadata
      self.eventLoop = eventLoop
      self.channel = NIOLoopBound(channel, eventLoop: eventLoop)
    }

    /// Sends a message to the client, compressed on the calling thread if the client wants that.
    package func send(_ message: GRPCMessage) {
      let message = compressed(message)
      onLoop { $0.send(message) }
    }

    /// The message as it is to be sent, for those who would rather not have the event loop compress it.
    func compressed(_ message: GRPCMessage) -> GRPCMessage { compressesMessages ? message.compressed() : message }

    /// Ends the call.
    package func finish(_ status: GRPCStatus = .ok) {
      onLoop { $0.finish(status) }
    }

    /// Sends the only message and ends the call.
    package func answer(_ message: GRPCMessage) {
      guard compressesMessages, message.isWorthCompressing else { return answerAsIs(message) }
      // Neither the thread that commits writes nor the event loop waits for it.
      Task { answerAsIs(message.compressed()) }
    }

    private func answerAsIs(_ message: GRPCMessage) {
      onLoop {
        $0.send(message)
        $0.finish(.ok)
      }
    }

    /// Whether less than the limit waits to be sent. Only on the call's event loop.
    package var isWritable: Bool { channel.value.isWritable }

    private func onLoop(_ body: @escaping @Sendable (any CallChannel) -> Void) {
      if eventLoop.inEventLoop { body(channel.value) } else { eventLoop.execute { body(channel.value) } }
    }
  }

  /// What carries one call: the seam at which one transport can be exchanged for another. Touched on its event loop only.
  protocol CallChannel: AnyObject {
    var isWritable: Bool { get }
    func send(_ message: GRPCMessage)
    func finish(_ status: GRPCStatus)
  }
#endif
