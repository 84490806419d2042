import ImageStreamDB

/// What `describe` says below the name of a tag: where it comes from, what went wrong, and what it pointed at.
struct TagBlock {
  let tag: Tag
  let events: [TagEvent]

  /// Events shown; `isdb history` has them all.
  static let maximumEvents = 10

  var document: Document { tag.document.adding(["history": .array(events.map(\.document))]) }

  func add(to sheet: inout Sheet, now: Timestamp) {
    if let hold = tag.hold {
      sheet.add(line: "  held: \(hold)\(hold.by.isEmpty ? "" : ", by \(hold.by)")\(hold.because.isEmpty ? "" : ": \(hold.because)")")
    }
    if let refused = tag.refused {
      sheet.add(
        line: "  refused \(Age(of: refused.time, now: now)): \(refused.cause.rawValue) of \(refused.pullSpec), because \(refused.reason)")
    }
    if let origin { sheet.add(line: "  \(origin)") }
    if let source = tag.importSource, source.reference != tag.newest?.pullSpec {
      sheet.add(line: "  imports come from \(source.reference)")
      if source.isInsecure { sheet.add(line: "    will use insecure HTTPS or HTTP connections") }
    }
    if let condition = tag.importCondition, !condition.succeeded {
      sheet.add(line: "")
      sheet.add(line: "  ! error: Import failed (\(condition.reason)): \(condition.message)")
      sheet.add(line: "      \(Age(of: condition.time, now: now))")
    }
    for event in events {
      sheet.add(line: "")
      sheet.add(line: (event.sequence == tag.newest?.sequence ? "  * " : "    ") + event.pullSpec)
      sheet.add(line: "      \(Age(of: event.created, now: now)), \(event.account)")
      if let image = event.image, !event.pullSpec.hasSuffix("\(image)") { sheet.add(line: "      \(image)") }
    }
    let rest = tag.eventCount - Int64(events.count)
    if rest > 0 {
      sheet.add(line: "")
      sheet.add(line: "    and \(rest) older; see isdb history \(tag.name)")
    }
  }

  /// Where the present image comes from, unless the import source says it.
  private var origin: String? {
    guard let newest = tag.newest else { return nil }
    return switch newest.cause {
    case .tag: "tagged from \(newest.source)"
    case .rollback: "rolled back to \(newest.source)"
    case .push: "pushed"
    case .tracking: "follows \(newest.source)"
    case .policy: "chosen by its policy from \(newest.source)"
    case .release: "released from \(newest.source)"
    case .import, .restore: nil
    }
  }
}
