#if Network
  internal import MVCC
  internal import NIOCore
  internal import Synchronization

  /// A stream of watches as other threads see it: what they post is handled on its event loop, in the order in which it was posted.
  final class WatchSessionHandle: Sendable {
    private let eventLoop: any EventLoop
    private let session: Mutex<NIOLoopBound<WatchSession>?> = Mutex(nil)

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func attach(_ session: WatchSession) {
      let bound = NIOLoopBound(session, eventLoop: eventLoop)
      self.session.withLock { $0 = bound }
    }

    /// Nothing is handled from now on; the session is let go.
    func detach() { session.withLock { $0 = nil } }

    /// Hands over what the hub read.
    func post(_ post: WatchPost, _ reason: WatchPost.Reason) {
      onLoop { $0.receive(post, reason) }
    }

    /// Has a watcher read on by itself, from `revision` on.
    func evict(_ watcher: Watcher, epoch: Int, at revision: Revision) {
      onLoop { $0.evict(watcher, epoch: epoch, at: revision) }
    }

    /// Hands over what a watcher that is behind read.
    func caughtUp(_ watcher: Watcher, epoch: Int, _ outcome: Result<CatchUp, any Error>) {
      onLoop { $0.receive(outcome, of: watcher, epoch: epoch) }
    }

    private func onLoop(_ body: @escaping @Sendable (WatchSession) -> Void) {
      eventLoop.execute {
        if let session = self.session.withLock({ $0 }) { body(session.value) }
      }
    }
  }

  /// One read of the log by a watcher that is behind.
  struct CatchUp: Sendable {
    let events: EncodedEvents?
    /// Everything up to here was read.
    let revision: Revision
    /// How far the store was.
    let storeRevision: Revision
  }
#endif
