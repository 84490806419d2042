internal import ImageRecords
internal import MVCC
internal import OCI

extension TagPolicy {
  /// - Parameter key: that of the record which has the policy.
  init(_ record: Isdb_V1_TagPolicyRecord, in key: [UInt8]) throws(StoreError) {
    do {
      let filter = record.pattern.isEmpty ? nil : try TagFilter(pattern: record.pattern, extract: record.extract.nilIfEmpty)
      try self.init(
        Order(record), filter: filter, minimumAge: .milliseconds(record.minimumAge),
        platform: record.hasPlatform ? Platform(record.platform) : nil)
    } catch {
      throw RecordCoding.corrupt(key, "has a policy that cannot be read", cause: error)
    }
  }
}

extension TagPolicy.Order {
  fileprivate init(_ record: Isdb_V1_TagPolicyRecord) throws(StoreError) {
    switch record.order {
    case .policyOrderSemver: self = try .semver(VersionRange(record.range))
    case .policyOrderNumericAscending: self = .numeric(.ascending)
    case .policyOrderNumericDescending: self = .numeric(.descending)
    case .policyOrderAlphabeticalAscending: self = .alphabetical(.ascending)
    case .policyOrderAlphabeticalDescending: self = .alphabetical(.descending)
    case .policyOrderNewestSeen: self = .newestSeen
    case .policyOrderUnspecified, .UNRECOGNIZED:
      throw StoreError(.newerFormat, "the policy's order has number \(record.order.rawValue), which a later version may know")
    }
  }
}

extension Isdb_V1_TagPolicyRecord {
  init(_ policy: TagPolicy) {
    self.init()
    switch policy.order {
    case .semver(let range):
      order = .policyOrderSemver
      self.range = range.description
    case .numeric(.ascending): order = .policyOrderNumericAscending
    case .numeric(.descending): order = .policyOrderNumericDescending
    case .alphabetical(.ascending): order = .policyOrderAlphabeticalAscending
    case .alphabetical(.descending): order = .policyOrderAlphabeticalDescending
    case .newestSeen: order = .policyOrderNewestSeen
    }
    pattern = policy.filter?.pattern.text ?? ""
    extract = policy.filter?.extract ?? ""
    minimumAge = (Timestamp(millisecondsSinceEpoch: 0) + policy.minimumAge).millisecondsSinceEpoch
    if let platform = policy.platform { self.platform = Isdb_V1_PlatformRecord(platform) }
  }
}
