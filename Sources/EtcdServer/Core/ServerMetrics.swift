#if Network
  internal import GRPCTransport
  internal import Synchronization

  /// What the server counts about itself.
  final class ServerMetrics: Sendable {
    /// The calls of one method.
    struct Calls: Sendable {
      let path: String
      let started: Int
      /// By what they ended with.
      let handled: [(code: String, count: Int)]
    }

    private struct Counts {
      var started = 0
      var handled = [Int](repeating: 0, count: ServerMetrics.codeNames.count)
    }

    /// gRPC's names in the order of their numbers, as its metrics spell them.
    private static let codeNames = [
      "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
      "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss",
      "Unauthenticated",
    ]

    private static let streams: [String: String] = [
      "Watch": "bidi_stream", "LeaseKeepAlive": "bidi_stream", "ServerReflectionInfo": "bidi_stream", "Snapshot": "server_stream",
      "Observe": "server_stream", "RangeStream": "server_stream",
    ]

    let watchers = Atomic<Int>(0)
    let watchStreams = Atomic<Int>(0)
    let events = Atomic<Int>(0)
    private let counts = Mutex<[String: Counts]>([:])

    func callBegan(_ path: String) {
      counts.withLock { $0[path, default: Counts()].started += 1 }
    }

    func callEnded(_ path: String, _ code: GRPCStatus.Code) {
      counts.withLock { $0[path, default: Counts()].handled[code.rawValue] += 1 }
    }

    /// The calls of each method that was called.
    var calls: [Calls] {
      counts.withLock { $0 }.sorted { $0.key < $1.key }.map { path, counts in
        let handled = zip(Self.codeNames, counts.handled).filter { $1 > 0 }
        return Calls(path: path, started: counts.started, handled: handled.map { (code: $0, count: $1) })
      }
    }

    /// What kind of method it is, in the words of gRPC's metrics.
    func type(of path: String) -> String { Self.streams[String(path.split(separator: "/").last ?? "")] ?? "unary" }
  }

  /// What is counted of the calls of one method.
  struct MethodCounts: GRPCMethodObserver {
    let path: String
    let metrics: ServerMetrics
    var measuresTime: Bool { false }

    func callBegan() { metrics.callBegan(path) }
    func callEnded(_ code: GRPCStatus.Code, after duration: Duration?) { metrics.callEnded(path, code) }
    func messageReceived(byteCount: Int) {}
    func messageSent(byteCount: Int) {}
  }
#endif
