internal import LMDB

/// The keys of the tree `leases`, whose four kinds of rows are told apart by their first byte.
///
///     0                           LeaseClock
///     1 ∥ lease (8)               LeaseRow
///     2 ∥ lease (8) ∥ user key    empty: the live key is attached to the lease
///     3 ∥ deadline (8) ∥ lease    empty: the order in which leases end
enum LeaseKey {
  static let clock: [UInt8] = [0]

  /// What the rows of leases, and of deadlines, begin with.
  static let leases: [UInt8] = [1]
  static let attachments: [UInt8] = [2]
  static let deadlines: [UInt8] = [3]

  static func lease(_ id: Int64) -> [UInt8] { leases + [UInt8].bigEndian(id) }

  /// What the attachments of one lease begin with.
  static func attachments(of id: Int64) -> [UInt8] { attachments + [UInt8].bigEndian(id) }

  static func attachment(_ id: Int64, _ key: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(9 + key.count)
    bytes.append(2)
    bytes.appendBigEndian(id)
    bytes.append(contentsOf: key)
    return bytes
  }

  static func deadline(_ deadline: LeaseTime, _ id: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(17)
    bytes.append(3)
    bytes.appendBigEndian(deadline.milliseconds)
    bytes.appendBigEndian(id)
    return bytes
  }

  /// The lease of a row of either of the first two kinds.
  static func id(_ bytes: Span<UInt8>) -> Int64? {
    bytes.count >= 9 ? Int64(bitPattern: bytes.loadBigEndianUInt64(at: 1)) : nil
  }

  static func deadline(_ bytes: Span<UInt8>) -> (deadline: LeaseTime, id: Int64)? {
    guard bytes.count == 17, bytes[0] == 3 else { return nil }
    return (
      LeaseTime(milliseconds: Int64(bitPattern: bytes.loadBigEndianUInt64(at: 1))), Int64(bitPattern: bytes.loadBigEndianUInt64(at: 9))
    )
  }
}

/// What is stored of a lease: granted seconds (8), deadline (8), and the XXH3-64 of both, seeded with the lease.
struct LeaseRow: Equatable, Sendable {
  var grantedSeconds: Int64
  var deadline: LeaseTime

  func encode(_ id: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    bytes.appendBigEndian(grantedSeconds)
    bytes.appendBigEndian(deadline.milliseconds)
    bytes.appendBigEndian(Checksum.xxh3(bytes.span, seed: UInt64(bitPattern: id)))
    return bytes
  }

  /// - Throws: `StoreError` with code `corrupt`.
  static func decode(_ bytes: Span<UInt8>, _ id: Int64) throws(StoreError) -> LeaseRow {
    guard bytes.count == 24,
      bytes.loadBigEndianUInt64(at: 16) == Checksum.xxh3(bytes.extracting(0..<16), seed: UInt64(bitPattern: id))
    else {
      throw StoreError(
        .corrupt, "the row of lease \(leaseText(id)) fails its checksum; run isdb check and restore the store from a backup")
    }
    return LeaseRow(
      grantedSeconds: Int64(bitPattern: bytes.loadBigEndianUInt64(at: 0)),
      deadline: LeaseTime(milliseconds: Int64(bitPattern: bytes.loadBigEndianUInt64(at: 8))))
  }

  /// The lease as its users see it.
  func lease(_ id: Int64, at now: LeaseTime) -> Lease {
    Lease(id: id, grantedSeconds: grantedSeconds, remaining: now.remaining(until: deadline))
  }

  /// Whether the lease has ended. Late by up to a millisecond, never early.
  func hasEnded(at now: LeaseTime) -> Bool { now > deadline }
}
