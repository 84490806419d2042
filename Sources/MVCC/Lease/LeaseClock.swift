internal import LMDB

/// A reading of the clock that runs from the start of the machine.
package struct BootTime: Hashable, Sendable {
  /// Which start of the machine.
  package var boot: Identifier
  /// Milliseconds since then, with those in which it was suspended.
  package var milliseconds: Int64

  package init(boot: Identifier, milliseconds: Int64) {
    self.boot = boot
    self.milliseconds = milliseconds
  }

  /// The system's reading.
  package static var now: BootTime {
    let identifier = BootClock.identifier
    return BootTime(boot: Identifier(identifier.span, at: 0), milliseconds: BootClock.milliseconds)
  }
}

/// A point on the clock that leases are measured by: milliseconds since the store's first lease, for as long as the store lives.
struct LeaseTime: Hashable, Comparable, Sendable {
  var milliseconds: Int64

  static func < (left: LeaseTime, right: LeaseTime) -> Bool { left.milliseconds < right.milliseconds }

  /// What is left from this point to `deadline`, never below zero.
  func remaining(until deadline: LeaseTime) -> Duration { .milliseconds(max(0, deadline.milliseconds - milliseconds)) }

  /// The last moment of a lease that is granted at this point.
  ///
  /// The clock cuts to whole milliseconds, so a lease has ended only when the clock is past this: at it, a part of the last millisecond can be left.
  func deadline(afterSeconds seconds: Int64) -> LeaseTime { LeaseTime(milliseconds: milliseconds + seconds * 1000) }
}

// Invariants:
//   lease time never goes back, and goes on at the pace of the boot clock while the machine runs

/// Ties lease time to the clocks of the machine, so that each lease needs one deadline and deadlines have one order.
///
/// On one start of the machine lease time follows the boot clock: setting the wall clock changes nothing, and all processes agree. Over a restart
/// only the wall clock can tell how long the machine was off; it is asked once, by the first lease write of the new start, from the last
/// anchor on. A new anchor is written at least once a minute while there are leases, so a wall clock that was set right before that does not count.
struct LeaseClock: Equatable, Sendable {
  static let byteCount = 16 + 3 * 8 + 8

  /// How old an anchor may grow before the next lease write renews it, in milliseconds.
  static let maximumAnchorAge: Int64 = 60_000

  /// When the anchor was written, on both clocks of the machine.
  var boot: BootTime
  var wall: Timestamp
  /// Lease time at that moment.
  var time: LeaseTime

  /// Lease time now.
  func reading(_ now: BootTime, wall: Timestamp) -> LeaseTime {
    let passed =
      now.boot == boot.boot ? now.milliseconds - boot.milliseconds : wall.millisecondsSinceEpoch - self.wall.millisecondsSinceEpoch
    return LeaseTime(milliseconds: time.milliseconds + max(0, passed))
  }

  /// Whether a new anchor is due.
  func isStale(_ now: BootTime) -> Bool {
    now.boot != boot.boot || now.milliseconds - boot.milliseconds > Self.maximumAnchorAge
  }

  func encode() -> [UInt8] {
    var bytes = boot.boot.bytes
    bytes.appendBigEndian(boot.milliseconds)
    bytes.appendBigEndian(wall.millisecondsSinceEpoch)
    bytes.appendBigEndian(time.milliseconds)
    bytes.appendBigEndian(Checksum.xxh3(bytes.span))
    return bytes
  }

  /// - Throws: `StoreError` with code `corrupt`.
  static func decode(_ bytes: Span<UInt8>) throws(StoreError) -> LeaseClock {
    guard bytes.count == byteCount,
      bytes.loadBigEndianUInt64(at: byteCount - 8) == Checksum.xxh3(bytes.extracting(0..<byteCount - 8))
    else { throw StoreError(.corrupt, "the clock of leases fails its checksum; run isdb check and restore the store from a backup") }
    func number(_ index: Int) -> Int64 { Int64(bitPattern: bytes.loadBigEndianUInt64(at: 16 + 8 * index)) }
    return LeaseClock(
      boot: BootTime(boot: Identifier(bytes, at: 0), milliseconds: number(0)), wall: Timestamp(millisecondsSinceEpoch: number(1)),
      time: LeaseTime(milliseconds: number(2)))
  }
}
