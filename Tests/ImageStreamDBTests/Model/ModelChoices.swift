import TestSupport

@testable import ImageStreamDB

/// Makes up changes: from few streams, tags and images, so that they meet often.
struct ModelChoices {
  static let streams: [ImageStreamName] = ["shop/web", "shop/web-api", "shop2/web"]
  static let tagNames = ["latest", "1.0", "v", "old"]
  static let versions = ["1.0.0", "1.1.0", "2.0.0", "latest"]
  static let patterns = ["web:*", "*:1.0", "web*:v", "web:lat?st", "*:*"]

  /// Images of which the first two are in the store.
  static let contents: [ImageContent] = {
    do {
      return try (0..<5).map { try ImageFixtures.image("image \($0)") }
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static let imported = Dictionary(uniqueKeysWithValues: contents.prefix(2).map { ($0.digest, "quay.io/shop/web") })

  var random: SeededGenerator
  private var number = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
  mutating func stream() -> ImageStreamName { pick(Self.streams) }
  mutating func tag() -> ImageStreamTagName { ImageStreamTagName(stringLiteral: "\(stream()):\(pick(Self.tagNames))") }

  private mutating func digest() -> Digest { pick(Self.contents).digest }
  private mutating func prefix() -> DigestPrefix {
    let digits = random.oneIn(2) ? 12 : 64
    do { return try DigestPrefix(String(digest().hex.prefix(digits))) } catch { preconditionFailure(error.message) }
  }
  private mutating func place(_ digest: Digest) -> String { "\(pick(["quay.io/shop/web", "mirror.local/web"]))@\(digest)" }

  /// Who did it: different each time, so that it shows whose a thing is.
  private mutating func author() -> String {
    number += 1
    return "author \(number)"
  }

  private mutating func target() -> TagTarget {
    switch below(12) {
    case 0...3: .reference(Reference(stringLiteral: place(digest())))
    case 4: .unresolved(Reference(stringLiteral: "quay.io/shop/web:\(pick(Self.versions))"))
    case 5: .image(digest(), pullSpec: nil)
    case 6: .tag(tag())
    case 7...9: .following(tag())
    case 10: .streamImage(ImageStreamImageName(stream: stream(), digest: prefix()))
    default: .reference(random.oneIn(3) ? "quay.io/shop/web:1.0" : Reference(stringLiteral: place(digest())))
    }
  }

  private mutating func source() -> ImportSource {
    ImportSource(
      reference: "quay.io/shop/web:\(pick(Self.versions))", isInsecure: random.oneIn(8), isScheduled: random.oneIn(6),
      mode: random.oneIn(8) ? .preserveOriginal : nil, referencePolicy: random.oneIn(5) ? .local : .source)
  }

  private mutating func rule(_ now: Timestamp) -> Hold.Rule {
    switch below(4) {
    case 0: .pin
    case 1: .skip(digest())
    case 2: .untilNewer(pick(Array(Self.versions.prefix(3))))
    default: .until(now + .seconds(Int64(below(40))))
    }
  }

  private mutating func rollback(_ model: TagModel) -> (RollbackTarget, RollbackHold?) {
    let target: RollbackTarget =
      switch below(9) {
      case 0...2: .previous
      case 3: .steps(below(4))
      case 4: .image(prefix())
      case 5: .sequence(Int64(below(9)))
      case 6, 7: .revision(Revision(Int64(below(Int(model.revision.rawValue) + 1))))
      default: .time(model.time + .seconds(-Int64(below(400))))
      }
    let hold: RollbackHold? =
      switch below(8) {
      case 0: .pin
      case 1: .skippingCurrentImage
      case 2: .untilNewer(pick(Array(Self.versions.prefix(3))))
      case 3: .until(model.time + .seconds(Int64(below(40))))
      default: nil
      }
    return (target, hold)
  }

  private mutating func source(in stream: ImageStreamName) -> TagSource? {
    let other = self.stream()
    let namespace = other.namespace == stream.namespace && random.oneIn(2) ? nil : other.namespace
    switch below(12) {
    case 0: return nil
    case 1...3: return .registryImage("quay.io/shop/web:\(pick(Self.versions))")
    case 4, 5: return .imageStreamTag(pick(Self.tagNames))
    case 6, 7: return .imageStreamTag("\(other.name):\(pick(Self.tagNames))", namespace: namespace)
    case 8: return .imageStreamImage("\(digest())")
    case 9: return .imageStreamImage("\(other.name)@\(digest())", namespace: namespace)
    case 10: return .layout("oci:/images/\(below(2))")
    default: return random.oneIn(4) ? .imageStreamTag("a::b") : .registryImage("quay.io/shop/web:1.0.0")
    }
  }

  /// What a stream is now, with some things changed: most of a spec that is applied is what was there.
  private mutating func spec(_ stream: ImageStreamName, _ model: TagModel) -> ImageStreamSpec {
    var spec = ImageStreamSpec()
    if let old = model.streams[stream] {
      spec.labels = old.labels
      spec.annotations = old.annotations
      spec.usesLocalLookup = old.usesLocalLookup
      spec.repository = old.repository
    }
    for (name, entry) in model.tags where name.stream == stream { spec.tags[name.tag] = entry.spec }
    if random.oneIn(4) { spec.labels["app"] = pick(["a", "b"]) }
    if random.oneIn(6) { spec.usesLocalLookup.toggle() }
    if random.oneIn(6) { spec.repository = pick([nil, "quay.io/shop/all"]) }
    for _ in 0..<below(4) {
      let tag = pick(Self.tagNames)
      switch below(8) {
      case 0: spec.tags[tag] = nil
      case 1: spec.tags[tag]?.generation = 0
      case 2: spec.tags[tag]?.generation = Int64(below(20))
      case 3: spec.tags[tag]?.annotations = ["note": "\(below(3))"]
      case 4:
        spec.tags[tag]?.importMode = pick([nil, .legacy, .preserveOriginal])
        spec.tags[tag]?.follows.toggle()
      default:
        let from = source(in: stream)
        let isReference: Bool =
          switch from {
          case .registryImage: random.oneIn(3)
          default: random.oneIn(12)
          }
        spec.tags[tag] = TagSpec(
          source: from, isReference: isReference, isScheduled: random.oneIn(5), referencePolicy: random.oneIn(4) ? .local : .source,
          follows: random.oneIn(2))
      }
    }
    return spec
  }

  /// One change, that the model's state may make likelier to be allowed.
  mutating func change(_ model: TagModel) -> ModelChange {
    var name = tag()
    // Mostly what is there: to move, to hold, to remove.
    if !random.oneIn(3), let known = model.tags.keys.sorted().randomElement(using: &random) { name = known }
    let overrides = random.oneIn(3)
    switch below(60) {
    case 0...13: return .tag(name, target(), by: author(), overridesProtection: overrides)
    case 14...17:
      let image = digest()
      return .push(name, image, pullSpec: random.oneIn(3) ? place(image) : nil, by: author())
    case 18...24:
      let content = pick(Self.contents)
      let source = self.source()
      return .importFound(name, content, pullSpec: random.oneIn(5) ? place(content.digest) : "quay.io/shop/web@\(content.digest)", source)
    case 25...27: return .importFailed(name, reason: pick(["NotFound", "Unauthorized"]), source())
    case 28...33:
      let (target, hold) = rollback(model)
      return .rollback(name, target, hold, by: author(), overridesProtection: overrides)
    case 34...36: return .hold(name, rule(model.time), by: author())
    case 37, 38:
      let held = model.tags.filter { $0.value.hold != nil }.keys.sorted()
      return .release(held.randomElement(using: &random) ?? name)
    case 39: return .releaseDue(limit: 1 + below(3))
    case 40:
      let kind: ProtectionRule.Kind = random.oneIn(2) ? .protected : .immutable
      return .protect(pick(Self.patterns), in: stream().namespace, kind, by: author())
    case 41...43:
      if let (namespace, rules) = model.protections.sorted(by: { $0.key < $1.key }).first, let rule = rules.first {
        return .unprotect(rule.pattern, in: namespace)
      }
      return .unprotect(pick(Self.patterns), in: stream().namespace)
    case 44...50:
      let stream = stream()
      return .apply(stream, spec(stream, model))
    case 51: return .removeSpec(name)
    case 52, 53: return .untag(name, overridesProtection: overrides)
    case 54: return .trim(name, to: below(4))
    case 55: return .annotate(name.stream, random.oneIn(2) ? ["note": "\(below(3))"] : nil, usesLocalLookup: random.oneIn(2))
    case 56: return random.oneIn(2) ? .makeStream(stream()) : .removeStream(stream())
    default:
      let gone = model.removed.keys.filter { model.tags[$0] == nil }.sorted()
      return .undelete(gone.randomElement(using: &random) ?? name)
    }
  }

  /// The changes of one write.
  mutating func changes(_ model: TagModel) -> [ModelChange] {
    let first = change(model)
    if case .undelete = first { return [first] }
    guard random.oneIn(4) else { return [first] }
    return [first]
      + (0..<2).map { _ in
        while true {
          let next = change(model)
          if case .undelete = next { continue }
          return next
        }
      }
  }
}
