internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Why a move that would change a tag's image is refused; nil when it is not. What was consulted is added to the steps, and a hold that this move ends
  /// is taken off.
  ///
  /// - Throws: `StoreError` with code `protected` when a rule forbids it and a person asked for it.
  mutating func refusal(
    of move: TagMove, _ record: inout Isdb_V1_TagRecord, _ name: ImageStreamTagName, _ newest: TagEvent?, _ steps: inout [DecisionStep]
  ) throws -> String? {
    if newest != nil, let rule = try protection(of: name) {
      let isAutomatic = move.cause.isAutomatic
      if let reason = rule.refusal(ofPeople: !isAutomatic, overridesProtection: move.overridesProtection, name) {
        guard isAutomatic else { throw StoreError(.protected, reason) }
        return reason
      }
      steps.append(DecisionStep(.protection, rule.pattern, outcome: "overridden", detail: "whoever moved the tag said that it is meant"))
    }
    guard record.hasHold else { return nil }
    let hold = try Hold(record.hold, in: Keyspace.tag(name))
    guard move.cause.isAutomatic else {
      steps.append(DecisionStep(.hold, hold.description, outcome: "kept", detail: "a hold does not bind people", revision: hold.revision))
      return nil
    }
    switch hold.rule.verdict(on: move, now: time) {
    case .refused(let reason): return reason
    case .ended(let detail):
      steps.append(DecisionStep(.hold, hold.description, outcome: "ended", detail: detail, revision: hold.revision))
      try release(&record, name)
      return nil
    }
  }
}

extension Hold.Rule {
  enum Verdict: Equatable {
    /// Why the move does not happen.
    case refused(String)
    /// Why the hold is over.
    case ended(String)
  }

  /// What the rule says of an automatic move to another image.
  func verdict(on move: TagMove, now: Timestamp) -> Verdict {
    switch self {
    case .pin: return .refused("the tag is pinned until it is released")
    case .skip(let image):
      return move.image == image
        ? .refused("the tag skips \(image)") : .ended("\(move.image.map { "\($0)" } ?? move.pullSpec) is another image")
    case .until(let time): return now < time ? .refused("the tag is held until \(time)") : .ended("it was set until \(time)")
    case .untilNewer(let bound):
      guard let version = move.version else {
        return .refused("the tag waits for a version newer than \(bound), and nothing says which version this image is")
      }
      do {
        return try SemanticVersion(version) > SemanticVersion(bound)
          ? .ended("\(version) is newer than \(bound)") : .refused("the tag waits for a version newer than \(bound); \(version) is not")
      } catch {
        return .refused("the tag waits for a version newer than \(bound); \(error.message)")
      }
    }
  }
}

extension ProtectionRule {
  /// Why a move or removal of a tag that points at an image is refused; nil when it is not.
  func refusal(ofPeople isByPeople: Bool, overridesProtection: Bool, _ tag: ImageStreamTagName) -> String? {
    switch kind {
    case .immutable:
      return
        "tag \(tag) is immutable by the rule \(pattern.quotedForMessage) of namespace \(namespace); choose another tag, or remove the rule"
    case .protected:
      if overridesProtection, isByPeople { return nil }
      return
        "tag \(tag) is protected by the rule \(pattern.quotedForMessage) of namespace \(namespace); say that it is meant, or remove the rule"
    }
  }
}
