#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The system's wall clock.
public enum WallClock {
  /// Milliseconds since 1970-01-01T00:00:00Z; may be set back by whoever administers the machine.
  public static var millisecondsSinceEpoch: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
