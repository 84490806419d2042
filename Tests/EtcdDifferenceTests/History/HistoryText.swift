import MVCC

/// Steps and answers in one line each, for people who have to find out which party is right.
enum HistoryText {
  static func text(_ bytes: [UInt8]) -> String {
    if bytes.count > 40 { return "\(bytes.count) bytes" }
    let escaped = bytes.map { (33...126).contains($0) ? String(Unicode.Scalar($0)) : "\\x" + String(Int($0) + 256, radix: 16).suffix(2) }
    return "\"\(escaped.joined())\""
  }

  static func text(_ range: KeyRange) -> String {
    if let key = range.singleKey { return text(key) }
    return "[\(text(range.lower)), \(range.upper.map(text) ?? "end"))"
  }

  static func text(_ keyValue: KeyValue) -> String {
    "\(text(keyValue.key))=\(text(keyValue.value)) created \(keyValue.createRevision) changed \(keyValue.modRevision) version "
      + "\(keyValue.version)\(keyValue.lease == 0 ? "" : " lease \(keyValue.lease)")"
  }

  private static func text(_ keyValues: [KeyValue]) -> String { "[\(keyValues.map(text).joined(separator: "; "))]" }

  // MARK: Steps

  static func text(_ step: HistoryStep) -> String {
    switch step {
    case .range(let request): text(request)
    case .put(let request): text(request)
    case .delete(let request): text(request)
    case .transaction(let request): text(request)
    case .compact(let revision): "compact to \(revision)"
    case .grantLease(let lease, let seconds): "grant lease \(lease) for \(seconds) s"
    case .revokeLease(let lease): "revoke lease \(lease)"
    case .keepLeaseAlive(let lease): "keep lease \(lease) alive"
    case .timeToLive(let lease): "time to live of lease \(lease)"
    case .leases: "leases"
    case .watches(let watches, let during):
      "watch \(watches.map(text).joined(separator: ", ")) during {\(during.map(text).joined(separator: "; "))}"
    }
  }

  private static func text(_ watch: HistoryWatch) -> String {
    var words = ["\(text(watch.range)) from \(watch.start)"]
    if watch.options.includesPrevious { words.append("previous") }
    if watch.options.excludesPuts { words.append("no puts") }
    if watch.options.excludesDeletes { words.append("no deletes") }
    return words.joined(separator: " ")
  }

  private static func text(_ request: RangeRequest) -> String {
    let query = request.query
    var words = ["range \(text(query.range))"]
    if request.revision != .zero { words.append("at \(request.revision)") }
    if query.limit != 0 { words.append("limit \(query.limit)") }
    if query.sortKey != .key || query.order != .ascending { words.append("by \(query.sortKey) \(query.order)") }
    if query.limitsBeforeSorting { words.append("no order") }
    if query.keysOnly { words.append("keys only") }
    if query.countsOnly { words.append("count only") }
    let filters = [
      ("mod >=", query.minimumModRevision), ("mod <=", query.maximumModRevision), ("create >=", query.minimumCreateRevision),
      ("create <=", query.maximumCreateRevision),
    ]
    for (name, revision) in filters where revision != .zero { words.append("\(name) \(revision)") }
    return words.joined(separator: " ")
  }

  private static func text(_ request: PutRequest) -> String {
    var words = ["put \(text(request.key)) \(text(request.value))"]
    if request.lease != 0 { words.append("lease \(request.lease)") }
    if request.returnsPrevious { words.append("previous") }
    if request.keepsValue { words.append("keep value") }
    if request.keepsLease { words.append("keep lease") }
    return words.joined(separator: " ")
  }

  private static func text(_ request: DeleteRequest) -> String {
    "delete \(text(request.range))\(request.returnsPrevious ? " previous" : "")"
  }

  private static func text(_ request: TransactionRequest) -> String {
    let compares = request.compares.prefix(6).map { "\(text($0.range)) \($0.relation) \(text($0.operand))" }
    return "if {\(compares.joined(separator: ", "))} then {\(text(request.success))} else {\(text(request.failure))}"
  }

  private static func text(_ operand: Compare.Operand) -> String {
    if case .value(let bytes) = operand { return "value \(text(bytes))" }
    return "\(operand)"
  }

  private static func text(_ operations: [TransactionOperation]) -> String {
    if operations.count > 12 { return "\(text(Array(operations.prefix(3)))); … \(operations.count) in all" }
    return operations.map { operation in
      switch operation {
      case .range(let request): text(request)
      case .put(let request): text(request)
      case .delete(let request): text(request)
      case .transaction(let request): text(request)
      case .empty: "nothing"
      }
    }.joined(separator: "; ")
  }

  // MARK: Answers

  static func text(_ answer: HistoryAnswer) -> String {
    switch answer {
    case .range(let response): text(response)
    case .put(let response): text(response)
    case .delete(let response): text(response)
    case .transaction(let response): text(response)
    case .revision(let revision): "revision \(revision)"
    case .granted(let seconds): "\(seconds) s"
    case .lease(let state):
      state.map { "granted \($0.grantedSeconds) s, plausible rest \($0.hasPlausibleRest), keys \($0.keys.map(text))" } ?? "no lease"
    case .leases(let leases): "leases \(leases)"
    case .refusal(let refusal): "refused with \(refusal.code) \"\(refusal.text)\""
    }
  }

  static func text(_ outcome: WatchOutcome) -> String {
    let events = outcome.events.map { event in
      "\(event.kind) \(text(event.keyValue))\(event.previous.map { " before: \(text($0))" } ?? "")"
    }
    return "[\(events.joined(separator: "; "))]\(outcome.compactRevision.map { " compacted, oldest \($0)" } ?? "")"
  }

  private static func text(_ response: RangeResponse) -> String {
    "revision \(response.revision) count \(response.count)\(response.hasMore ? " more" : "") \(text(response.keyValues))"
  }

  private static func text(_ response: PutResponse) -> String {
    "revision \(response.revision)\(response.previous.map { " before: \(text($0))" } ?? "")"
  }

  private static func text(_ response: DeleteResponse) -> String {
    "revision \(response.revision) deleted \(response.deletedCount) \(text(response.previous))"
  }

  private static func text(_ response: TransactionResponse) -> String {
    let responses = response.responses.map { response in
      switch response {
      case .range(let response): text(response)
      case .put(let response): text(response)
      case .delete(let response): text(response)
      case .transaction(let response): text(response)
      }
    }
    return "revision \(response.revision) \(response.hasSucceeded ? "then" : "else") {\(responses.joined(separator: " | "))}"
  }
}
