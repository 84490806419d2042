internal import Dispatch

/// A clock that never goes back and is the same for all processes of one machine.
public enum MonotonicTime {
  /// Nanoseconds since the machine was started.
  public static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}
