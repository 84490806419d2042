#if Network
  internal import Synchronization

  /// What the server counts about itself.
  final class ServerMetrics: Sendable {
    let watchers = Atomic<Int>(0)
    let watchStreams = Atomic<Int>(0)
    let events = Atomic<Int>(0)
  }
#endif
