#if Network
  internal import MVCC

  /// What one watch of a stream asks for.
  final class Watcher: Sendable {
    /// The stream that it is on, as the hub knows it.
    let session: WatchSessionHandle
    let id: Int64
    let range: KeyRange
    let options: WatchOptions
    /// Whether large answers may be split.
    let isFragmented: Bool
    /// Whether it is told now and then how far it is.
    let notifiesProgress: Bool

    init(
      session: WatchSessionHandle, id: Int64, range: KeyRange, options: WatchOptions, isFragmented: Bool, notifiesProgress: Bool
    ) {
      self.session = session
      self.id = id
      self.range = range
      self.options = options
      self.isFragmented = isFragmented
      self.notifiesProgress = notifiesProgress
    }
  }

  /// Events for one watcher.
  struct WatchDelivery: Sendable {
    let watcher: Watcher
    /// Which of the watcher's times with the hub this belongs to.
    let epoch: Int
    let events: EncodedEvents
  }

  /// What a batch of events has for one stream: everything up to `revision` that concerns its joined watchers.
  struct WatchPost: Sendable {
    /// Why it is posted.
    enum Reason: Sendable {
      /// Something happened.
      case events
      /// The client asked how far its watches are.
      case asked
      /// It is time to tell silent watches how far they are.
      case interval
    }

    var deliveries: [WatchDelivery] = []
    let revision: Revision
  }
#endif
