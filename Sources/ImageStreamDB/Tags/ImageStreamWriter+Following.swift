internal import ImageRecords
internal import MVCC
internal import OCI

// A tag follows another one when its spec is made from it, in the same stream, or in another one if the spec asks for that. OpenShift follows by one hop,
// in the same stream only; here a move reaches all followers, however many hops away, in the revision that made it.

extension ImageStreamWriter {
  /// The most tags that one move may take along.
  public static let maximumFollowersPerMove = 1_000

  /// Takes along the tags that follow `name`, which has just been moved or removed, and those whose policies choose it, or lose it.
  ///
  /// - Throws: `StoreError` with code `tooLarge` beyond `maximumFollowersPerMove`.
  mutating func moveFollowers(of name: ImageStreamTagName) throws {
    var reached: Set = [name]
    var open = [name]
    while let source = open.popLast() {
      for target in try offerToPolicies(source) where reached.insert(target).inserted { open.append(target) }
      let followers = try followers(of: source)
      guard !followers.isEmpty, let event = try tag(source)?.newest else { continue }
      for follower in followers where reached.insert(follower).inserted {
        guard reached.count <= Self.maximumFollowersPerMove else {
          throw StoreError(
            .tooLarge, "more than \(Self.maximumFollowersPerMove) tags follow \(name); let some of them follow by a trigger instead")
        }
        if try follow(event, follower) { open.append(follower) }
      }
    }
  }

  /// Lets a tag that follows another one catch up with it, after a hold or when its spec is new.
  mutating func catchUp(_ name: ImageStreamTagName) throws {
    guard let tag = try tag(name), let source = try tag.spec?.followedTag(in: name.stream), let event = try self.tag(source)?.newest else {
      return
    }
    if try follow(event, name) { try moveFollowers(of: name) }
  }

  /// Points a follower where the followed tag's event points; answers whether its newest event changed.
  private mutating func follow(_ event: TagEvent, _ follower: ImageStreamTagName) throws -> Bool {
    let record = try tagRecord(follower)
    guard record.hasSpec else { return false }
    let spec = TagSpec(record.spec)
    guard try spec.followedTag(in: follower.stream) == event.tag else { return false }
    var changed = record
    let isSameStream = event.tag.stream == follower.stream
    var move = TagMove(
      image: event.image, pullSpec: try pullSpec(of: event, for: follower.stream, spec), source: event.tag.description, cause: .tracking,
      generation: isSameStream ? event.generation : nil, by: event.by, because: event.because, release: event.release,
      steps: [
        DecisionStep(
          .tracking, event.tag.description, outcome: "moved", detail: "event \(event.sequence) of the followed tag",
          revision: event.revision)
      ])
    if record.hold.kind == .holdUntilNewer { move.version = try version(of: event) }
    let effect = try self.move(&changed, of: follower, move)
    guard changed != record else { return false }
    try put(changed, follower)
    return effect.map { $0 != .none } ?? false
  }

  /// The version of an event's image: what the image says, or else the tag's name if that is a version; nil when nothing tells.
  private mutating func version(of event: TagEvent) throws -> String? {
    if let digest = event.image, let version = try image(digest)?.version { return version }
    return (try? SemanticVersion(event.tag.tag)) == nil ? nil : event.tag.tag
  }

  /// Where a stream pulls the image of another stream's event from: an image in the store's own registry is pulled through the stream's own repository,
  /// so that whoever may pull from the one needs no right to the other.
  mutating func pullSpec(of event: TagEvent, for stream: ImageStreamName, _ spec: TagSpec) throws -> String {
    try pullSpec(of: ResolvedImage(image: event.image, pullSpec: event.pullSpec, event: event), for: stream, spec)
  }

  /// The same for an image that another stream has, which may be one of an index that the event has.
  mutating func pullSpec(of resolved: ResolvedImage, for stream: ImageStreamName, _ spec: TagSpec) throws -> String {
    let source = resolved.event.tag.stream
    guard source != stream, !spec.isReference, let image = resolved.image else { return resolved.pullSpec }
    let hosts = try registryHosts()
    guard let from = hosts.repository(of: source), let own = hosts.repository(of: stream), resolved.pullSpec == "\(from)@\(image)" else {
      return resolved.pullSpec
    }
    return "\(own)@\(image)"
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// The tags that follow a tag directly, by name.
  public mutating func followers(of name: ImageStreamTagName) throws -> [ImageStreamTagName] {
    let range = Keyspace.followers(of: name)
    var followers: [ImageStreamTagName] = []
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      followers.append(try ImageStreamTagName(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self)))
      return true
    }
    return followers
  }
}

extension TagSpec {
  /// The tag that is followed; nil when none is.
  ///
  /// - Parameter stream: the stream whose spec this is.
  func followedTag(in stream: ImageStreamName) throws(StoreError) -> ImageStreamTagName? {
    guard let tag = try source?.tag(in: stream), tag.stream == stream || follows else { return nil }
    return tag
  }
}
