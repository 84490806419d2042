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

extension PolicyAssignment {
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_PolicyAssignmentRecord = try RecordCoding.decode(keyValue)
    do {
      tag = try ImageStreamTagName(Keyspace.name(keyValue.key, after: Keyspace.policies))
      source = try ImageStreamName(record.source)
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "names no tag or no source", cause: error)
    }
    policy = try TagPolicy(record.policy, in: keyValue.key)
    choice = record.hasChoice ? try PolicyChoice(record.choice, in: keyValue.key) : nil
    by = record.by
    because = record.because
    created = Timestamp(record: record.created)
    revision = Revision(record.revision)
  }
}

extension Isdb_V1_PolicyAssignmentRecord {
  init(_ assignment: PolicyAssignment) {
    self.init()
    policy = Isdb_V1_TagPolicyRecord(assignment.policy)
    source = assignment.source.description
    if let choice = assignment.choice { self.choice = Isdb_V1_PolicyChoiceRecord(choice) }
    by = assignment.by
    because = assignment.because
    created = assignment.created.millisecondsSinceEpoch
    revision = assignment.revision.rawValue
  }
}

extension PolicyChoice {
  fileprivate init(_ record: Isdb_V1_PolicyChoiceRecord, in key: [UInt8]) throws(StoreError) {
    tag = record.tag
    image = try RecordCoding.digest(record.image, in: key)
    pullSpec = record.pullSpec
    firstSeen = Timestamp(record: record.firstSeen)
    revision = Revision(record.revision)
  }
}

extension Isdb_V1_PolicyChoiceRecord {
  fileprivate init(_ choice: PolicyChoice) {
    self.init()
    tag = choice.tag
    image = choice.image.description
    pullSpec = choice.pullSpec
    firstSeen = choice.firstSeen.millisecondsSinceEpoch
    revision = choice.revision.rawValue
  }
}
