internal import MVCC
internal import OCI

/// The rules about one event, with what they have looked up for the events before.
struct EventJudge {
  enum Verdict: Equatable {
    case keep(String)
    case remove(String)
  }

  let context: PruneContext
  /// The names of all triggers.
  let triggers: [String]
  /// Sizes in bytes; nil for images that are not in the store.
  private var sizes: [Digest: Int?] = [:]

  /// Sizes that are remembered, so that a history of A, B, A, B reads each image once.
  private static let maximumSizes = 10_000

  init(_ context: PruneContext, triggers: [String]) {
    self.context = context
    self.triggers = triggers
  }

  /// How long young is, for reasons.
  var ageText: String { Self.text(context.options.keepYoungerThan) }

  /// An older event of a tag's history.
  ///
  /// - Parameter index: its place, counted from the newest, which has 0.
  mutating func verdict<Reader: ImageStreamReading & ~Copyable>(
    on event: TagEvent, at index: Int, of tag: Tag, _ reader: inout Reader
  ) throws -> Verdict {
    let reason: String
    switch try verdictByAgeOrSize(of: event, at: index, &reader) {
    case .keep(let why): return .keep(why)
    case .remove(let why): reason = why
    }
    return try protection(of: event, of: tag, &reader).map { .keep($0) } ?? .remove(reason)
  }

  /// A tag's newest event: what it points at.
  ///
  /// - Parameter keepsOlder: whether an older event stays.
  mutating func verdict<Reader: ImageStreamReading & ~Copyable>(
    onNewest event: TagEvent, of tag: Tag, keepsOlder: Bool, _ reader: inout Reader
  ) throws -> Verdict {
    let verdict = try verdict(on: event, at: 0, of: tag, &reader)
    guard case .remove(let reason) = verdict else { return verdict }
    if tag.spec != nil { return .keep("the tag points at it, and its spec asks for an image") }
    if tag.hold != nil { return .keep("the tag points at it, and is held") }
    if try reader.policy(of: tag.name) != nil { return .keep("the tag points at it, and a policy moves the tag") }
    if try reader.hasPolicy(choosingFrom: tag.name.stream) { return .keep("a policy chooses among the tags of its stream") }
    if let user = try reader.users(of: .tag(tag.name), limit: Self.maximumUsersRead).first { return .keep("\(user) uses the tag") }
    if let follower = try reader.followers(of: tag.name).first { return .keep("\(follower) follows the tag") }
    if context.guards.names(tag.name) { return .keep("another tag is made from the tag") }
    if let rule = try reader.protection(of: tag.name) {
      return .keep("the tag is \(rule.kind.rawValue) by the rule \(rule.pattern.quotedForMessage)")
    }
    if keepsOlder { return .keep("the tag points at it, and older events stay: pruning moves no tag") }
    return .remove(reason)
  }

  /// Keys that are looked at for one user of a tag or image: more than one only if 128 bits of two hashes are equal.
  static let maximumUsersRead = 4

  // MARK: Rules

  private mutating func verdictByAgeOrSize<Reader: ImageStreamReading & ~Copyable>(
    of event: TagEvent, at index: Int, _ reader: inout Reader
  ) throws -> Verdict {
    if let limits = context.options.sizeLimits {
      guard let limit = limits.limit(of: event.tag.stream.namespace) else {
        return .keep("namespace \(event.tag.stream.namespace) has no limit")
      }
      guard let image = event.image else { return .keep("a reference has no size") }
      guard let size = try size(of: image, &reader) else { return .keep("its size is not known, since the image was not imported") }
      return size <= limit ? .keep("its \(size) bytes are within \(limit)") : .remove("its \(size) bytes are over the limit of \(limit)")
    }
    if context.isYoung(event.created) { return .keep("it is younger than \(ageText)") }
    let kept = context.options.keepTagRevisions
    if index < kept { return .keep("it is among the tag's \(kept) newest") }
    return .remove("it is older than \(ageText) and not among the tag's \(kept) newest")
  }

  /// What needs the event; nil when nothing does.
  private func protection<Reader: ImageStreamReading & ~Copyable>(
    of event: TagEvent, of tag: Tag, _ reader: inout Reader
  ) throws -> String? {
    if let release = event.release, try isAmongNewest(release, &reader) { return "release \(release) can be gone back to" }
    guard let image = event.image else { return nil }
    if let user = try reader.users(of: .image(image), limit: Self.maximumUsersRead).first { return "\(user) uses the image" }
    if case .skip(image)? = tag.hold?.rule { return "the tag's hold names the image" }
    if tag.spec?.source?.name.hasSuffix("@\(image)") ?? false { return "the tag's spec names the image" }
    if context.guards.names(image, of: event.tag.stream) { return "another tag is made from this image of the stream" }
    for trigger in triggers where try reader.delivery(of: trigger, event.tag)?.deliveredImage == image {
      return "trigger \(trigger) last succeeded with the image"
    }
    return nil
  }

  /// Whether a release, by its id, is one of its set's newest: as many as a tag keeps events.
  private func isAmongNewest<Reader: ImageStreamReading & ~Copyable>(_ release: String, _ reader: inout Reader) throws -> Bool {
    guard let mark = release.lastIndex(of: "#"), let sequence = Int64(release[release.index(after: mark)...]),
      let newest = try reader.release(ReleaseSetName(String(release[..<mark])))?.sequence
    else { return false }
    return newest - sequence < Int64(context.options.keepTagRevisions)
  }

  /// What whoever pulls the image pulls: its layers and its configuration; of an index, its largest image.
  private mutating func size<Reader: ImageStreamReading & ~Copyable>(of digest: Digest, _ reader: inout Reader) throws -> Int? {
    if let known = sizes[digest] { return known }
    var size: Int?
    if let image = try reader.image(digest) {
      if image.isIndex {
        for manifest in image.manifests {
          if let child = try reader.image(manifest.digest) { size = max(size ?? 0, try Self.size(of: child, &reader)) }
        }
      } else {
        size = try Self.size(of: image, &reader)
      }
    }
    if sizes.count >= Self.maximumSizes { sizes = [:] }
    sizes[digest] = .some(size)
    return size
  }

  private static func size<Reader: ImageStreamReading & ~Copyable>(of image: Image, _ reader: inout Reader) throws -> Int {
    // A layer that comes twice is stored once.
    var layers: [Digest: Int] = [:]
    for layer in image.layers { layers[layer.digest] = layer.size }
    let configuration = try image.configuration.flatMap { try reader.get(Keyspace.configuration($0))?.value.count } ?? 0
    return layers.values.reduce(configuration, +)
  }

  /// `1h`, `90m`, `45s`.
  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds > 0, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
    if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds > 0 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// Whether a policy chooses among the tags of a stream, so that one that goes can move another.
  fileprivate mutating func hasPolicy(choosingFrom stream: ImageStreamName) throws -> Bool {
    var found = false
    try forEach(RangeQuery(Keyspace.policySources(of: stream), limit: 1, keysOnly: true)) { _ in
      found = true
      return false
    }
    return found
  }
}
