import ImageStreamDB

extension PruneDecision {
  /// One decision.
  var document: Document {
    let (kind, name): (String, String) =
      switch object {
      case .event(let event): ("event", "\(event.tag)")
      case .tag(let tag): ("tag", "\(tag)")
      case .image(let digest): ("image", "\(digest)")
      case .manifest(let digest): ("manifest", "\(digest)")
      case .configuration(let digest): ("configuration", "\(digest)")
      case .use(let object): ("use", "\(object)")
      case .record(let key): ("record", key)
      }
    var sequence: Document?
    var image: Document?
    if case .event(let event) = object {
      sequence = .integer(event.sequence)
      image = event.image.map { .string("\($0)") }
    }
    return .object([
      "kind": .string(kind), "name": .string(name), "sequence": sequence, "image": image, "verdict": .string(verdict.rawValue),
      "reason": .string(reason),
    ])
  }

  /// One decision for people.
  func line(confirmed: Bool) -> String {
    let verb =
      switch verdict {
      case .keep: "keep"
      case .remove: confirmed ? "removed" : "would remove"
      case .fault: "!"
      }
    return "\(verb) \(object): \(reason)".printable
  }
}

extension PruneSummary {
  /// The counts.
  func document(confirmed: Bool) -> Document {
    .object([
      "isConfirmed": .boolean(confirmed), "events": .integer(events), "tags": .integer(tags), "images": .integer(images),
      "manifests": .integer(manifests), "configurations": .integer(configurations), "kept": .integer(kept), "faults": .integer(faults),
    ])
  }

  /// The counts for people.
  func text(confirmed: Bool) -> String {
    let counts = [
      (events, "event"), (tags, "tag"), (images, "image"), (manifests, "manifest"), (configurations, "configuration"),
    ].filter { $0.0 > 0 }.map { count, noun in "\(count) \(noun)\(count == 1 ? "" : "s")" }
    if counts.isEmpty { return "nothing to remove" }
    let list = counts.joined(separator: ", ")
    return confirmed ? "removed \(list)" : "would remove \(list); add --confirm to remove them"
  }
}
