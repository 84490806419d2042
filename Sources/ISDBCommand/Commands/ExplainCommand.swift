import ArgumentParser
import ImageStreamDB

/// `isdb explain`.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say why a tag points where it does.",
    discussion: """
      What was asked, what an import or policy found and decided, which holds and rules were consulted, who moved the tag, when, in which revision, \
      and which triggers ran with what result. All of it was written with the event when it happened.
      """)

  @Argument(help: "The tag.", completion: NameCompletion.tags)
  var name: String

  @Option(name: .long, help: ArgumentHelp("Explain the event of that number; see isdb history.", valueName: "number"))
  var event: Int64?

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let name = try ImageStreamTagName(name)
    let explanation = try options.reading { store in try store.read(at: point) { try $0.explain(name, event: event) } }
    try output.print(explanation.document) { explanation.lines(now: .now) }
  }
}

extension Explanation {
  fileprivate var document: Document {
    .object([
      "tag": tag.document,
      "event": event.document,
      "previous": previous?.document,
      "steps": .array(steps.map(\.document)),
      "upstream": .array(upstream.map { .object(["event": $0.event.document, "steps": .array($0.steps.map(\.document))]) }),
      "protection": protection.map { .object(["pattern": .string($0.pattern), "kind": .string($0.kind.rawValue)]) },
      "triggers": .array(firings.map(\.document)),
    ])
  }

  fileprivate func lines(now: Timestamp) -> [String] {
    var sheet = Sheet()
    sheet.add(line: "\(tag.name) points at \(event.pullSpec)")
    sheet.add(line: "  since \(event.created) (\(Age(of: event.created, now: now))), revision \(event.revision), event \(event.sequence)")
    sheet.add(
      line: "  moved by \(event.by.isEmpty ? "nobody who gave a name" : event.by)\(event.because.isEmpty ? "" : ": \(event.because)")")
    if let previous { sheet.add(line: "  before it: \(previous.pullSpec) (event \(previous.sequence))") }
    sheet.add(line: "")
    sheet.add(line: "How it came about")
    for step in steps { sheet.add(line: "  \(step.line)") }
    if steps.isEmpty { sheet.add(line: "  \(event.cause.rawValue) from \(event.source); an earlier version of isdb wrote no more") }
    for origin in upstream {
      sheet.add(
        line: "  because \(origin.event.tag) moved to \(origin.event.pullSpec) (revision \(origin.event.revision), \(origin.event.account))"
      )
      for step in origin.steps { sheet.add(line: "    \(step.line)") }
    }
    addHindrances(to: &sheet, now: now)
    addFirings(to: &sheet, now: now)
    return sheet.lines
  }

  private func addHindrances(to sheet: inout Sheet, now: Timestamp) {
    guard tag.hold != nil || tag.refused != nil || protection != nil else { return }
    sheet.add(line: "")
    sheet.add(line: "What keeps it there")
    if let hold = tag.hold {
      let reason = hold.because.isEmpty ? "" : ": \(hold.because)"
      sheet.add(line: "  hold: \(hold), set \(Age(of: hold.created, now: now))\(hold.by.isEmpty ? "" : " by \(hold.by)")\(reason)")
    }
    if let protection { sheet.add(line: "  rule: \(protection.namespace)/\(protection.pattern) is \(protection.kind.rawValue)") }
    if let refused = tag.refused {
      sheet.add(
        line:
          "  refused \(Age(of: refused.time, now: now)): \(refused.cause.rawValue) of \(refused.pullSpec) from \(refused.source), because \(refused.reason)"
      )
    }
  }

  private func addFirings(to sheet: inout Sheet, now: Timestamp) {
    guard !firings.isEmpty else { return }
    sheet.add(line: "")
    sheet.add(line: "What followed")
    for firing in firings { sheet.add(line: "  trigger \(firing.trigger.name): \(firing.result(now: now))") }
  }
}

extension Explanation.Firing {
  fileprivate var document: Document {
    .object(["trigger": .string(trigger.name), "result": .string(result(now: nil)), "attempts": delivery.map { .integer($0.attempts) }])
  }

  fileprivate func result(now: Timestamp?) -> String {
    guard let delivery else { return "has not run for this event" }
    let time = now.map { "\(Age(of: delivery.time, now: $0))" } ?? "\(delivery.time)"
    guard let error = delivery.error else { return "succeeded \(time)" }
    return "\(delivery.isDead ? "gave up" : "failed") \(time) after \(delivery.attempts) attempts: \(error)"
  }
}

extension DecisionStep {
  /// A step of the way to a move.
  var document: Document {
    .object([
      "kind": .string(kind.rawValue), "subject": .string(subject), "outcome": .string(outcome), "detail": .nonEmpty(detail),
      "revision": revision.map { .integer($0.rawValue) },
    ])
  }

  fileprivate var line: String {
    "\(kind.rawValue) \(subject): \(outcome)\(detail.isEmpty ? "" : ", \(detail)")\(revision.map { " (revision \($0))" } ?? "")"
  }
}
