internal import ImageRecords
internal import MVCC

extension DecisionStep {
  init(_ record: Isdb_V1_StepRecord) {
    let kind: Kind =
      switch record.kind {
      case .stepImport: .import
      case .stepPolicy: .policy
      case .stepTracking: .tracking
      case .stepHold: .hold
      case .stepProtection: .protection
      case .stepRelease: .release
      case .stepRequest, .stepUnspecified, .UNRECOGNIZED: .request
      }
    self.init(
      kind, record.subject, outcome: record.outcome, detail: record.detail,
      revision: record.revision == 0 ? nil : Revision(record.revision))
  }
}

extension Isdb_V1_StepRecord {
  init(_ step: DecisionStep) {
    self.init()
    kind =
      switch step.kind {
      case .request: .stepRequest
      case .import: .stepImport
      case .policy: .stepPolicy
      case .tracking: .stepTracking
      case .hold: .stepHold
      case .protection: .stepProtection
      case .release: .stepRelease
      }
    subject = step.subject
    outcome = step.outcome
    detail = step.detail
    revision = step.revision?.rawValue ?? 0
  }
}
