internal import LMDB

/// The stored form of a retention class, in `system` under "retention/" and the prefix.
///
///     compact revision   8 bytes; 0 in the row of the empty prefix, whose own is in the state record
///     progress           8 bytes: rows of the log below this revision are gone, if they are of this class
///     fields             1 byte: 1 a policy, 2 its revisions, 4 its age, 8 a hold limit, 16 its revisions, 32 its age
///     a varint for each of the fields 2, 4, 16 and 32 that is there; ages in milliseconds
struct RetentionRow: Equatable, Sendable {
  var prefix: [UInt8]
  var policy: RetentionPolicy?
  var compactRevision: Revision
  var progress: Revision

  var isCompacting: Bool { progress < compactRevision }

  /// Of the row in `system`.
  var name: [UInt8] { SystemRow.retention + prefix }

  private static let hasPolicy: UInt8 = 1
  private static let hasRevisions: UInt8 = 2
  private static let hasAge: UInt8 = 4
  private static let hasHoldLimit: UInt8 = 8
  private static let hasHoldRevisions: UInt8 = 16
  private static let hasHoldAge: UInt8 = 32

  func encode() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBigEndian(compactRevision.rawValue)
    bytes.appendBigEndian(progress.rawValue)
    var fields: UInt8 = 0
    var numbers: [UInt8] = []
    func add(_ number: Int64?, _ field: UInt8) {
      guard let number else { return }
      fields |= field
      numbers.appendVarint(UInt64(number))
    }
    if let policy {
      fields |= Self.hasPolicy
      add(policy.revisions, Self.hasRevisions)
      add(policy.age?.milliseconds, Self.hasAge)
      if let limit = policy.holdLimit {
        fields |= Self.hasHoldLimit
        add(limit.revisions, Self.hasHoldRevisions)
        add(limit.age?.milliseconds, Self.hasHoldAge)
      }
    }
    bytes.append(fields)
    return SystemRow.seal(bytes + numbers, name: name)
  }

  /// - Throws: `StoreError` with code `corrupt`.
  static func decode(_ body: [UInt8], name: [UInt8]) throws(StoreError) -> RetentionRow {
    var reader = FieldReader()
    guard let compactRevision = reader.bigEndianUInt64(of: body.span), let progress = reader.bigEndianUInt64(of: body.span),
      let fields = reader.byte(of: body.span), fields < 64
    else { throw SystemRow.corrupt(name) }
    func number(_ field: UInt8) throws(StoreError) -> Int64? {
      guard fields & field != 0 else { return nil }
      guard let number = reader.varint(of: body.span), number <= UInt64(Int64.max) else { throw SystemRow.corrupt(name) }
      return Int64(number)
    }
    var policy: RetentionPolicy?
    if fields & hasPolicy != 0 {
      var kept = RetentionPolicy(revisions: try number(hasRevisions), age: try number(hasAge).map { .milliseconds($0) })
      if fields & hasHoldLimit != 0 {
        kept.holdLimit = HoldLimit(revisions: try number(hasHoldRevisions), age: try number(hasHoldAge).map { .milliseconds($0) })
      }
      policy = kept
    }
    return RetentionRow(
      prefix: Array(name.dropFirst(SystemRow.retention.count)), policy: policy,
      compactRevision: Revision(Int64(bitPattern: compactRevision)), progress: Revision(Int64(bitPattern: progress)))
  }
}
