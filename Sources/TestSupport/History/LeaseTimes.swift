internal import MVCC

/// How long each lease must have lived, and may have.
///
/// Each number is given to one lease, so every renewal that found it alive came before its end.
struct LeaseTimes {
  /// Deadlines are kept in whole milliseconds.
  private static let precision: UInt64 = 1_000_000

  private struct Times {
    var nanoseconds: UInt64 = 0
    /// The last call that found it alive, or granted it: when that was made, and when it was answered.
    var lastInvoked: UInt64 = 0
    var lastReturned: UInt64 = 0
    /// The first call to end it.
    var revoked = UInt64.max
    var isGranted = false
  }

  private var times: [Int64: Times] = [:]

  init(_ calls: [RecordedCall]) {
    for call in calls {
      switch (call.request, call.answer) {
      case (.grant(let lease, let seconds), .lease(isAlive: true)):
        times[lease, default: Times()].nanoseconds = UInt64(seconds) * 1_000_000_000
        times[lease, default: Times()].isGranted = true
        note(lease, call)
      case (.keepAlive(let lease), .lease(isAlive: true)): note(lease, call)
      // A renewal whose answer was lost may have taken place.
      case (.keepAlive(let lease), .unknown):
        times[lease, default: Times()].lastReturned = max(times[lease]?.lastReturned ?? 0, call.died ?? call.invoked)
      case (.revoke(let lease), _): times[lease, default: Times()].revoked = min(times[lease]?.revoked ?? .max, call.invoked)
      default: continue
      }
    }
  }

  private mutating func note(_ lease: Int64, _ call: RecordedCall) {
    times[lease, default: Times()].lastInvoked = max(times[lease]?.lastInvoked ?? 0, call.invoked)
    times[lease, default: Times()].lastReturned = max(times[lease]?.lastReturned ?? 0, call.returned ?? call.invoked)
  }

  /// Before this moment a lease that nobody revoked has time left; nil when it was never granted.
  func earliestEnd(_ lease: Int64) -> UInt64? {
    guard let times = times[lease], times.isGranted else { return nil }
    return times.lastInvoked + times.nanoseconds - min(Self.precision, times.lastInvoked + times.nanoseconds)
  }

  /// After this moment a lease has no time left.
  func latestEnd(_ lease: Int64) -> UInt64? {
    guard let times = times[lease], times.isGranted else { return nil }
    return times.lastReturned + times.nanoseconds
  }

  /// Whether a lease may have been gone when a call was told so.
  func explainsRefusal(of call: RecordedCall) -> Bool {
    guard let lease = call.lease, let returned = call.returned, let earliest = earliestEnd(lease) else { return false }
    guard let revoked = times[lease]?.revoked else { return returned >= earliest }
    // The call itself may be what tried to revoke it, and then explains nothing.
    if case .revoke = call.request, revoked == call.invoked { return returned >= earliest }
    return returned >= earliest || revoked < returned
  }
}

extension RecordedCall {
  /// The lease that a call is about.
  var lease: Int64? {
    switch request {
    case .attach(_, _, let lease), .grant(let lease, _), .keepAlive(let lease), .revoke(let lease): lease
    case .write, .delete, .range, .compact: nil
    }
  }
}
