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
    for line in intent { sheet.add(line: "  \(line)") }
    if let origin { sheet.add(line: "  \(origin)") }
    if tag.isPending { sheet.add(line: "  ~ importing latest image ...") }
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

  /// What the tag is meant to be, in the words of `oc describe is`.
  private var intent: [String] {
    guard let spec = tag.spec else { return ["no spec tag"] }
    guard let source = spec.source else { return ["tag without source image"] }
    let name = (source.namespace.map { $0 == tag.name.stream.namespace ? "" : "\($0)/" } ?? "") + source.name
    var lines: [String]
    switch source {
    case .registryImage where spec.isReference: lines = ["reference to registry \(name)"]
    case .registryImage where spec.isScheduled: lines = ["updates automatically from registry \(name)"]
    case .registryImage, .layout: lines = ["tagged from \(name)"]
    case .imageStreamTag where spec.isReference: lines = ["reference to \(name)"]
    case .imageStreamTag:
      let isFollowed = spec.follows || (try? source.tag(in: tag.name.stream)?.stream) == tag.name.stream
      lines = [(isFollowed ? "updates automatically from " : "tagged from ") + name]
    case .imageStreamImage: lines = [(spec.isReference ? "reference to image " : "tagged from ") + name]
    }
    if spec.isInsecure { lines.append("  will use insecure HTTPS or HTTP connections") }
    if spec.referencePolicy == .local { lines.append("  prefer registry pullthrough when referencing this tag") }
    for (key, label) in [("description", ""), ("tags", "Tags: "), ("supports", "Supports: "), ("sampleRepo", "Example Repo: ")] {
      if let text = spec.annotations[key] { lines.append("  \(label)\(text)") }
    }
    return lines
  }

  /// Where the present image comes from, when that is not what the spec says.
  private var origin: String? {
    guard let newest = tag.newest else { return nil }
    return switch newest.cause {
    case .rollback: "rolled back to \(newest.source)"
    case .push: "pushed"
    case .policy: "chosen by its policy from \(newest.source)"
    case .release: "released as \(newest.release ?? newest.source)"
    case .tag, .import, .tracking, .restore: nil
    }
  }
}
