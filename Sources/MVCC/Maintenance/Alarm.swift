internal import LMDB

/// A state in which a store refuses work until somebody looks after it: raised durably, for every process, until it is disarmed.
public struct Alarm: Hashable, Sendable {
  /// What is wrong (etcd, `AlarmType`).
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The quota is reached: puts are refused; reads, deletions and compaction go on.
    case noSpace = "NOSPACE"
    /// The store's contents are not to be trusted: reads, writes and compaction are refused.
    case corrupt = "CORRUPT"

    var flag: StateFlags { self == .noSpace ? .noSpace : .corrupt }
  }

  /// What is wrong.
  public let kind: Kind

  /// Whom it was raised for: 0 for the store itself, else a number as its caller gave it (etcd's member).
  public let member: UInt64

  /// When it was raised.
  public let raised: Timestamp

  /// An alarm in `system` is named "alarm/NOSPACE" for member 0, and "alarm/NOSPACE/" and the member's number for others.
  fileprivate var name: [UInt8] {
    SystemRow.alarms + Array((member == 0 ? kind.rawValue : "\(kind.rawValue)/\(member)").utf8)
  }

  fileprivate func encode() -> [UInt8] {
    SystemRow.seal([UInt8].bigEndian(raised.millisecondsSinceEpoch) + [UInt8].bigEndian(Int64(bitPattern: member)), name: name)
  }

  fileprivate static func decode(_ body: [UInt8], name: [UInt8]) throws(StoreError) -> Alarm {
    let words = String(decoding: name.dropFirst(SystemRow.alarms.count), as: UTF8.self).split(separator: "/")
    guard body.count == 16, let kind = words.first.flatMap({ Kind(rawValue: String($0)) }) else { throw SystemRow.corrupt(name) }
    let raised = Timestamp(millisecondsSinceEpoch: Int64(bitPattern: body.span.loadBigEndianUInt64(at: 0)))
    return Alarm(kind: kind, member: body.span.loadBigEndianUInt64(at: 8), raised: raised)
  }

  /// Every alarm that is raised, by kind and member.
  static func all<T: Transaction & ~Copyable>(in table: Table, _ transaction: borrowing T) throws -> [Alarm] {
    try SystemRow.all(SystemRow.alarms, in: table, transaction).map { try decode($0.body, name: $0.name) }
  }
}

extension RevisionStore {
  /// Every alarm that is raised.
  public func alarms() throws -> [Alarm] {
    try StoreError.translating(path) {
      let snapshot = try parts.beginRead()
      return try Alarm.all(in: parts.tables.system, snapshot.transaction)
    }
  }

  /// Raises an alarm; answers the one that was raised before, if there is one.
  @discardableResult
  public func raiseAlarm(_ kind: Alarm.Kind, member: UInt64 = 0) async throws -> Alarm {
    try await queue.perform { batch in try batch.raise(kind, member: member) }
  }

  /// Takes an alarm back; answers those that were raised.
  ///
  /// The alarm NOSPACE comes back with the next put if there is still no room below the quota: delete, compact and raise the quota first.
  ///
  /// - Parameter member: whose; nil for everyone's.
  @discardableResult
  public func disarmAlarm(_ kind: Alarm.Kind, member: UInt64? = nil) async throws -> [Alarm] {
    try await queue.perform { batch in
      let alarms = try Alarm.all(in: batch.store.tables.system, batch.transaction).filter { $0.kind == kind }
      let disarmed = alarms.filter { member == nil || $0.member == member }
      for alarm in disarmed { _ = try batch.transaction.delete(alarm.name.span, in: batch.store.tables.system) }
      if !disarmed.isEmpty {
        batch.state.flags.set(kind.flag, disarmed.count < alarms.count)
        batch.hasChanges = true
      }
      return disarmed
    }
  }
}

extension Batch {
  @discardableResult
  mutating func raise(_ kind: Alarm.Kind, member: UInt64 = 0) throws -> Alarm {
    let raised = try Alarm.all(in: store.tables.system, transaction).first { $0.kind == kind && $0.member == member }
    if let raised { return raised }
    let alarm = Alarm(kind: kind, member: member, raised: time)
    try transaction.put(alarm.encode().span, for: alarm.name.span, in: store.tables.system)
    state.flags.insert(kind.flag)
    hasChanges = true
    return alarm
  }

  /// - Throws: `StoreError` with code `corrupt` while the alarm CORRUPT is raised.
  func requireSound() throws(StoreError) { try state.requireSound() }
}

extension StateRecord {
  /// - Throws: `StoreError` with code `corrupt` while the alarm CORRUPT is raised.
  func requireSound() throws(StoreError) {
    guard flags.contains(.corrupt) else { return }
    throw StoreError(.corrupt, "the alarm CORRUPT is raised for this store; check it, then disarm the alarm or restore a backup")
  }
}
