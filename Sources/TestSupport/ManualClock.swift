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

/// A clock since the start of a machine that a test moves, and a machine that it starts again.
public final class ManualBootClock: Sendable {
  private let time = Mutex(BootTime(boot: .random(), milliseconds: 5_000))

  /// A machine that was started five seconds ago.
  public init() {}

  /// Lets time pass, to the millisecond.
  public func advance(by duration: Duration) {
    let (seconds, attoseconds) = duration.components
    time.withLock { $0.milliseconds += seconds * 1000 + attoseconds / 1_000_000_000_000_000 }
  }

  /// Starts the machine again.
  public func restart() { time.withLock { $0 = BootTime(boot: .random(), milliseconds: 3_000) } }

  /// The clock as a store takes it.
  package var reading: @Sendable () -> BootTime { { self.time.withLock { $0 } } }
}

/// Both clocks of a machine, which pass together unless a test says otherwise.
public struct ManualClocks: Sendable {
  /// The wall clock alone.
  public let wall = ManualClock()
  /// The clock since the start of the machine alone.
  public let boot = ManualBootClock()

  /// Clocks that stand until they are moved.
  public init() {}

  /// Lets time pass.
  public func advance(by duration: Duration) {
    wall.advance(by: duration)
    boot.advance(by: duration)
  }

  /// A store's defaults with these clocks.
  public var configuration: StoreConfiguration {
    var configuration = StoreConfiguration()
    configuration.clock = wall.reading
    configuration.bootClock = boot.reading
    return configuration
  }
}
