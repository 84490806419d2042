import ImageStreamDB

extension TagEvent {
  /// One move of a tag.
  var document: Document {
    .object([
      "tag": .string("\(tag)"),
      "sequence": .integer(sequence),
      "image": .string("\(image)"),
      "pullSpec": .string(pullSpec),
      "created": .string("\(created)"),
      "revision": .integer(revision.rawValue),
      "generation": .integer(generation),
      "cause": .string(cause.rawValue),
      "source": .nonEmpty(source),
      "by": .nonEmpty(by),
      "because": .nonEmpty(because),
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
      "importSource": importSource?.document,
      "importCondition": importCondition?.document,
    ])
  }

  /// `ImportFailed (NotFound)` when the last import failed, else nothing.
  var status: String {
    guard let importCondition, !importCondition.succeeded else { return "" }
    return "ImportFailed (\(importCondition.reason))"
  }
}

extension ImportSource {
  fileprivate var document: Document {
    .object(["reference": .string(reference), "isInsecure": .boolean(isInsecure)])
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
