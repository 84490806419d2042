public import MVCC
internal import Synchronization

/// A wall clock that a test moves.
public final class ManualClock: Sendable {
  private let time: Mutex<Timestamp>

  /// A clock that stands at `time` until it is moved.
  public init(_ time: Timestamp = Timestamp(millisecondsSinceEpoch: 1_767_225_600_000)) { self.time = Mutex(time) }

  /// What the clock shows.
  public var now: Timestamp { time.withLock { $0 } }

  /// Moves the clock, forward or back.
  public func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }

  /// The clock as a store takes it.
  public var reading: @Sendable () -> Timestamp { { self.now } }
}
