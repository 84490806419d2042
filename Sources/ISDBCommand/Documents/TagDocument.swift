import ImageStreamDB

extension TagEvent {
  /// One move of a tag.
  var document: Document {
    .object([
      "tag": .string("\(tag)"),
      "sequence": .integer(sequence),
      "image": image.map { .string("\($0)") },
      "pullSpec": .string(pullSpec),
      "created": .string("\(created)"),
      "revision": .integer(revision.rawValue),
      "generation": .integer(generation),
      "cause": .string(cause.rawValue),
      "source": .nonEmpty(source),
      "by": .nonEmpty(by),
      "because": .nonEmpty(because),
      "release": release.map { .string($0) },
    ])
  }

  /// Who moved the tag how and why, for people: `rollback by ann: 500s since 14:02`.
  var account: String {
    cause.rawValue + (by.isEmpty ? "" : " by \(by)") + (because.isEmpty ? "" : ": \(because)")
  }
}

extension Tag {
  /// A tag with what it points at.
  var document: Document {
    .object([
      "name": .string("\(name)"),
      "generation": .integer(generation),
      "eventCount": .integer(eventCount),
      "newest": newest?.document,
      "spec": spec?.document,
      "importCondition": importCondition?.document,
      "isPending": isPending ? .boolean(true) : nil,
      "hold": hold?.document,
      "refused": refused?.document,
    ])
  }

  /// `Held (pinned)`, `ImportFailed (NotFound)`, `Importing`, or nothing.
  var status: String {
    var words: [String] = []
    if let hold { words.append("Held (\(hold))") }
    if let importCondition, !importCondition.succeeded { words.append("ImportFailed (\(importCondition.reason))") }
    if isPending { words.append("Importing") }
    return words.joined(separator: ", ")
  }
}

extension TagSpec {
  /// What a tag is meant to be.
  var document: Document {
    let from = Document.object([
      "kind": source.map { .string($0.kind) },
      "source": source.map { .string($0.name) },
      "namespace": source?.namespace.map { .string($0) },
      "generation": generation.map { .integer($0) },
    ])
    let policies = Document.object([
      "importMode": importMode.map { .string($0.rawValue) },
      "referencePolicy": .string(referencePolicy.rawValue),
      "annotations": annotations.isEmpty ? nil : .object(texts: annotations),
    ])
    return from.merging(policies).merging(flags)
  }

  /// Only those that are set.
  private var flags: Document {
    let yes = Document.boolean(true)
    return .object([
      "isReference": isReference ? yes : nil, "isInsecure": isInsecure ? yes : nil, "isScheduled": isScheduled ? yes : nil,
      "follows": follows ? yes : nil,
    ])
  }
}

extension TagSource {
  /// The kind, as OpenShift names it.
  var kind: String {
    switch self {
    case .imageStreamTag: "ImageStreamTag"
    case .imageStreamImage: "ImageStreamImage"
    case .registryImage: "DockerImage"
    case .layout: "ImageLayout"
    }
  }
}

extension Hold {
  /// What keeps automation from moving a tag.
  var document: Document {
    let (kind, bound): (String, String?) =
      switch rule {
      case .pin: ("pin", nil)
      case .skip(let image): ("skip", "\(image)")
      case .untilNewer(let version): ("untilNewer", version)
      case .until(let time): ("until", "\(time)")
      }
    return .object([
      "kind": .string(kind), "bound": bound.map { .string($0) }, "by": .nonEmpty(by), "because": .nonEmpty(because),
      "created": .string("\(created)"), "revision": .integer(revision.rawValue),
    ])
  }
}

extension RefusedMove {
  /// An automatic move that did not happen.
  var document: Document {
    .object([
      "image": image.map { .string("\($0)") }, "pullSpec": .string(pullSpec), "cause": .string(cause.rawValue), "source": .string(source),
      "reason": .string(reason), "time": .string("\(time)"), "revision": .integer(revision.rawValue),
    ])
  }
}

extension ImportCondition {
  /// How an import went.
  var document: Document {
    .object([
      "succeeded": .boolean(succeeded),
      "reason": .nonEmpty(reason),
      "message": .nonEmpty(message),
      "time": .string("\(time)"),
    ])
  }
}

extension Digest {
  /// The algorithm and the first 12 digits: enough to find the image again, and to see that two differ.
  var short: String { "\(algorithm.rawValue):\(hex.prefix(DigestPrefix.minimumDigits))" }
}
