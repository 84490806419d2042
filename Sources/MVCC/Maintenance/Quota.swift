internal import LMDB
internal import Synchronization

// Invariants:
//   room is at most quota − bytes in use as last measured, less the cost of what this process put since
//   a measurement counts up to the transaction `validThrough`, beyond which other processes may have used the room

/// What is known of the room that is left below the quota, so that most batches need not measure it.
struct QuotaGauge: Sendable {
  /// etcd's cost of a put: this, the key and the value (`server/storage/quota.go`).
  static let putOverheadBytes = 256

  /// etcd's cost of a lease.
  static let leaseBytes = 64

  /// A measurement counts for one transaction per so many bytes of room: what the largest batches of other processes may take.
  static let bytesPerTransaction = 4 << 20

  /// The most transactions that one measurement counts for.
  static let maximumTransactions = 256

  var room = 0
  var validThrough = -1
}

extension Batch {
  /// Makes sure that a put may take place, and raises the alarm NOSPACE if it may not.
  ///
  /// The free pages are counted only when the file has come to the quota. Then a measurement serves as many transactions as there is room for.
  ///
  /// - Parameter byteCount: of key and value.
  /// - Throws: `StoreError` with code `noSpace`.
  mutating func requireRoom(forPutting byteCount: Int) throws {
    try requireRoom(cost: byteCount + QuotaGauge.putOverheadBytes)
  }

  /// As for a put, of something that counts for so many bytes.
  mutating func requireRoom(cost: Int) throws {
    if state.flags.contains(.noSpace) { throw StoreError.quotaReached(store) }
    guard let quota = store.configuration.quotaBytes else { return }
    var gauge = store.quota.withLock { $0 }
    if transaction.id > gauge.validThrough || gauge.room <= cost {
      let used = try store.environment.usedBytes(countingFreePagesFrom: quota - putBytes - cost)
      gauge.room = quota - used - putBytes
      gauge.validThrough = transaction.id + min(max(0, gauge.room) / QuotaGauge.bytesPerTransaction, QuotaGauge.maximumTransactions)
    }
    let isFull = gauge.room <= cost
    if !isFull {
      gauge.room -= cost
      putBytes += cost
    }
    let measured = gauge
    store.quota.withLock { $0 = measured }
    guard isFull else { return }
    try raise(.noSpace)
    throw StoreError.quotaReached(store)
  }
}

extension StoreError {
  /// etcd's "database space exceeded", with what to do about it.
  static func quotaReached(_ store: StoreParts) -> StoreError {
    let quota = store.configuration.quotaBytes.map { "its quota of \($0) bytes" } ?? "a quota"
    return StoreError(
      .noSpace,
      "the store \(store.environment.path) has reached \(quota); delete and compact, or raise the quota, then disarm the alarm NOSPACE")
  }
}
