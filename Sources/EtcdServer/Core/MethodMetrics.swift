#if Network
  internal import CoreMetrics
  internal import GRPCTransport
  internal import Synchronization

  /// What is counted of the calls of one method. Its counters are found without a look-up: counting is an atomic step for each.
  final class MethodMetrics: GRPCMethodObserver {
    private let path: String
    private let shared: Shared
    private let made = AtomicLazyReference<MethodCounters>()

    /// What all methods have in common.
    struct Shared: Sendable {
      let factory: any MetricsFactory
      let receivedBytes: Counter
      let sentBytes: Counter
      let measuresTime: Bool
    }

    init(_ path: String, _ shared: Shared) {
      self.path = path
      self.shared = shared
    }

    /// Made by the method's first call or the first look at the page: those of all methods are a thousand, of which most stay 0, and take 2 ms that a
    /// server which starts has a better use for.
    var counters: MethodCounters { made.load() ?? made.storeIfNil(MethodCounters(path, shared)) }

    var measuresTime: Bool { shared.measuresTime }

    func callBegan() { counters.started.increment() }

    func callEnded(_ code: GRPCStatus.Code, after duration: Duration?) {
      counters.handled[code.rawValue].increment()
      if let time = counters.time, let duration { time.record(duration) }
    }

    func messageReceived(byteCount: Int) {
      counters.received.increment()
      shared.receivedBytes.increment(by: byteCount)
    }

    func messageSent(byteCount: Int) {
      counters.sent.increment()
      shared.sentBytes.increment(by: byteCount)
    }
  }

  /// The counters of one method, under the names that gRPC's Go library gives them.
  final class MethodCounters: Sendable {
    /// gRPC's names in the order of their numbers.
    private static let codeNames = [
      "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
      "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss",
      "Unauthenticated",
    ]

    private static let types: [Substring: String] = [
      "Watch": "bidi_stream", "LeaseKeepAlive": "bidi_stream", "ServerReflectionInfo": "bidi_stream", "Snapshot": "server_stream",
      "Observe": "server_stream", "RangeStream": "server_stream",
    ]

    let started: Counter
    /// In the order of the codes' numbers. All are there from the beginning, at 0: a rate has to see the first failure.
    let handled: [Counter]
    let received: Counter
    let sent: Counter
    let time: Timer?

    init(_ path: String, _ shared: MethodMetrics.Shared) {
      let factory = shared.factory
      let parts = path.split(separator: "/")
      let service = parts.first ?? ""
      let method = parts.last ?? ""
      let type = service == "grpc.health.v1.Health" && method == "Watch" ? "server_stream" : Self.types[method] ?? "unary"
      let labels = [("grpc_method", String(method)), ("grpc_service", String(service)), ("grpc_type", type)]
      started = Counter(label: "grpc_server_started_total", dimensions: labels, factory: factory)
      handled = Self.codeNames.map {
        Counter(label: "grpc_server_handled_total", dimensions: [("grpc_code", $0)] + labels, factory: factory)
      }
      received = Counter(label: "grpc_server_msg_received_total", dimensions: labels, factory: factory)
      sent = Counter(label: "grpc_server_msg_sent_total", dimensions: labels, factory: factory)
      time = shared.measuresTime ? Timer(label: "grpc_server_handling_seconds", dimensions: labels, factory: factory) : nil
    }
  }
#endif
