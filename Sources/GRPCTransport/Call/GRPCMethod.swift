#if Network
  package import NIOCore

  /// How a method is answered.
  package enum GRPCMethod: Sendable {
    /// One message in, one out. Called on the connection's event loop, which it must not block; it may end the call there and then, or later from any thread.
    case unary(@Sendable (_ message: ByteBuffer, _ call: GRPCCall) -> Void)

    /// Any number of messages either way.
    case streaming(@Sendable (_ call: GRPCCall) -> any GRPCCallHandler)
  }

  /// Is told of calls to methods that there are, on their event loops.
  package protocol GRPCObserver: Sendable {
    /// A call to a method began.
    func callBegan(_ path: String)

    /// It ended.
    func callEnded(_ path: String, _ code: GRPCStatus.Code)
  }

  /// The methods of a server, by their paths.
  package struct GRPCServices: Sendable {
    private var methods: [String: GRPCMethod] = [:]

    /// Who is told of calls.
    package var observer: (any GRPCObserver)?

    /// None.
    package init() {}

    /// The method at `/package.Service/Method`.
    package subscript(path: String) -> GRPCMethod? {
      get { methods[path] }
      set { methods[path] = newValue }
    }

    /// The paths of all methods.
    package var paths: [String] { methods.keys.sorted() }
  }

  /// One streaming call's own state. Everything is called on the connection's event loop, which must not be blocked.
  package protocol GRPCCallHandler: AnyObject {
    /// The client sent a message.
    func receive(_ message: ByteBuffer)

    /// The client will send nothing more.
    func receiveEnd()

    /// The call ended before the handler ended it: the client went away, or its deadline passed. Comes at most once, and nothing after it.
    func cancel()

    /// What waited to be sent has become less than the limit again.
    func becomeWritable()

    /// The server goes away: the call is to be ended soon.
    func drain()
  }

  extension GRPCCallHandler {
    /// Does nothing.
    package func receiveEnd() {}

    /// Does nothing.
    package func cancel() {}

    /// Does nothing.
    package func becomeWritable() {}

    /// Does nothing: the call may go on until the server's patience ends.
    package func drain() {}
  }
#endif
