internal import ImageRecords
internal import MVCC

extension ProtectionRule {
  init(_ record: Isdb_V1_ProtectionRuleRecord, in namespace: String) {
    self.init(
      namespace: namespace, pattern: record.pattern, kind: record.kind == .protectionImmutable ? .immutable : .protected, by: record.by,
      because: record.because, created: Timestamp(record: record.created))
  }
}

extension Isdb_V1_ProtectionRuleRecord {
  init(_ rule: ProtectionRule) {
    self.init()
    pattern = rule.pattern
    kind = rule.kind == .immutable ? .protectionImmutable : .protectionProtected
    by = rule.by
    because = rule.because
    created = rule.created.millisecondsSinceEpoch
  }
}
