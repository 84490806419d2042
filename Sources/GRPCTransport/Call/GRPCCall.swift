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

    init(path: String, metadata: GRPCMetadata, channel: any CallChannel, eventLoop: any EventLoop) {
      self.path = path
      self.metadata = metadata
      self.eventLoop = eventLoop
      self.channel = NIOLoopBound(channel, eventLoop: eventLoop)
    }

    /// Sends a message to the client.
    package func send(_ message: GRPCMessage) {
      onLoop { $0.send(message) }
    }

    /// Ends the call.
    package func finish(_ status: GRPCStatus = .ok) {
      onLoop { $0.finish(status) }
    }

    /// Sends the only message and ends the call.
    package func answer(_ message: GRPCMessage) {
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
