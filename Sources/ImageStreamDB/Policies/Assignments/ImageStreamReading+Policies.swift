public import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The policy that moves a tag; nil when none does.
  public mutating func policy(of name: ImageStreamTagName) throws -> PolicyAssignment? {
    try get(Keyspace.policy(name)).map { try PolicyAssignment($0) }
  }

  /// The policies that move tags of a scope, by tag.
  public mutating func policies(in scope: TagScope = .all, limit: Int = 0) throws -> Page<PolicyAssignment> {
    try page(Keyspace.policies(in: scope), limit: limit) { try PolicyAssignment($0) }
  }

  /// What a tag's policy says of each candidate at that time.
  ///
  /// A candidate that was chosen and points at a younger image since is there twice: the image that it was chosen with stays the choice while the new one
  /// soaks.
  /// - Throws: `StoreError` with code `notFound` when no policy moves the tag.
  /// - Complexity: O(tags of the source).
  public mutating func evaluatePolicy(of name: ImageStreamTagName, now: Timestamp) throws -> PolicyEvaluation {
    guard let assignment = try policy(of: name) else { throw StoreError.noPolicy(name) }
    var candidates = try self.candidates(in: assignment.source, for: assignment.policy)
    if let choice = assignment.choice, let tag = candidates.first(where: { $0.tag == choice.tag }),
      tag.image != choice.image || tag.firstSeen != choice.firstSeen,
      case .soaking = assignment.policy.judge(tag, now: now)
    {
      candidates.append(choice.candidate(platforms: try platforms(of: choice.image, for: assignment.policy)))
    }
    return assignment.policy.evaluate(candidates, now: now)
  }

  /// What a policy would say of each candidate of a stream at that time.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such stream.
  /// - Complexity: O(tags of the stream).
  public mutating func evaluate(_ policy: TagPolicy, from source: ImageStreamName, now: Timestamp) throws -> PolicyEvaluation {
    guard try imageStream(source) != nil else { throw StoreError.noStream(source) }
    return policy.evaluate(try candidates(in: source, for: policy), now: now)
  }

  /// The tags of a stream that a policy may choose: those that have an image, and that no policy moves. Two policies that chose each other's tags would
  /// never come to rest.
  private mutating func candidates(in source: ImageStreamName, for policy: TagPolicy) throws -> [PolicyCandidate] {
    let excluded = try tagsWithPolicies(in: source)
    var candidates: [PolicyCandidate] = []
    for tag in try tags(in: .stream(source)).elements where !excluded.contains(tag.name.tag) {
      if let event = tag.newest, let candidate = try candidate(event, for: policy) { candidates.append(candidate) }
    }
    return candidates
  }

  /// The names of a stream's tags that policies move.
  mutating func tagsWithPolicies(in stream: ImageStreamName) throws -> Set<String> {
    let range = Keyspace.policies(in: .stream(stream))
    var names: Set<String> = []
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      names.insert(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self))
      return true
    }
    return names
  }

  /// The candidate that a tag is by its newest event; nil for a reference whose image is not known.
  mutating func candidate(_ event: TagEvent, for policy: TagPolicy) throws -> PolicyCandidate? {
    guard let image = event.image else { return nil }
    return PolicyCandidate(
      tag: event.tag.tag, image: image, firstSeen: event.created, platforms: try platforms(of: image, for: policy))
  }

  /// What an image runs on, when the policy asks for that; nil when it does not, or when the image is not in the store.
  mutating func platforms(of digest: Digest, for policy: TagPolicy) throws -> [Platform]? {
    guard policy.platform != nil, let image = try image(digest) else { return nil }
    return image.isIndex ? image.manifests.compactMap(\.platform) : image.platform.map { [$0] } ?? []
  }
}

extension StoreError {
  static func noPolicy(_ name: ImageStreamTagName) -> StoreError {
    StoreError(.notFound, "no policy moves tag \(name); set one with isdb policy set, or see isdb policy list")
  }
}
