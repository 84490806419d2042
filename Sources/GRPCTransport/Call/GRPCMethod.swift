#if Network
  package import NIOCore

  /// How a method is answered.
  package enum GRPCMethod: Sendable {
    /// One message in, one out. Called on the connection's event loop, which it must not block; it may end the call there and then, or later from any thread.
    case unary(@Sendable (_ message: ByteBuffer, _ call: GRPCCall) -> Void)

    /// Any number of messages either way.
    case streaming(@Sendable (_ call: GRPCCall) -> any GRPCCallHandler)
  }

  /// Is told of the calls of one method, on their event loops.
  package protocol GRPCMethodObserver: Sendable {
    /// Whether it is told how long calls took, which costs two looks at the clock.
    var measuresTime: Bool { get }

    /// A call began.
    func callBegan()

    /// A call ended.
    ///
    /// - Parameter duration: since it began; nil without `measuresTime`.
    func callEnded(_ code: GRPCStatus.Code, after duration: Duration?)

    /// A message came, of so many bytes once it was restored.
    func messageReceived(byteCount: Int)

    /// A message was sent, of so many bytes before it was compressed.
    func messageSent(byteCount: Int)
  }

  /// The methods of a server, by their paths.
  package struct GRPCServices: Sendable {
    /// A method, and who is told of its calls: looked up together, once a call.
    struct Entry: Sendable {
      let method: GRPCMethod
      let observer: (any GRPCMethodObserver)?
    }

    private var entries: [String: Entry] = [:]
    private let makeObserver: (@Sendable (_ path: String) -> any GRPCMethodObserver)?

    /// None.
    ///
    /// - Parameter makeObserver: who is told of the calls of each method that is added; nil for nobody.
    package init(observedBy makeObserver: (@Sendable (_ path: String) -> any GRPCMethodObserver)? = nil) {
      self.makeObserver = makeObserver
    }

    /// The method at `/package.Service/Method`.
    package subscript(path: String) -> GRPCMethod? {
      get { entries[path]?.method }
      set { entries[path] = newValue.map { Entry(method: $0, observer: makeObserver?(path)) } }
    }

    func entry(_ path: String) -> Entry? { entries[path] }

    /// The paths of all methods.
    package var paths: [String] { entries.keys.sorted() }
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
