internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants of a tag t that a policy moves, with source stream s and choice c:
//   policysources/h(s)/t exists exactly when policies/t does and has source s
//   c is the best of what is eligible: the newest images of s's tags that are old enough, and c itself while its tag soaks with another image
//   a tag of s that soaks and is better than c has a row in soaking with the time when it is old enough, or there is a row without a tag that is due
//   before it

extension ImageStreamWriter {
  /// Lets a policy move a tag from now on, and takes what it chooses. A policy that moves it already is replaced; the same one again chooses again.
  ///
  /// The tag and its stream are made when the policy chooses something; what the tag points at stays when it does not.
  /// - Parameters:
  ///   - source: the stream whose tags are the candidates, without those that policies move.
  ///   - by: who sets it, up to 1 KiB.
  ///   - because: why, up to 1 KiB.
  /// - Throws: `StoreError` with code `notFound` when there is no such stream, `tooLarge` for a note over its limit or more than `maximumFollowersPerMove`
  ///   policies with one source.
  /// - Complexity: O(tags of the source) looks at names, in the write, which other writers wait for: 0.6 to 1 s for 10⁵ of them, measured on two busy cores.
  @discardableResult
  public mutating func setPolicy(
    _ policy: TagPolicy, from source: ImageStreamName, for name: ImageStreamTagName, by: String = "", because: String = ""
  ) throws -> PolicyAssignment {
    guard try imageStream(source) != nil else { throw StoreError.noStream(source) }
    for (note, what) in [(by, "author"), (because, "reason")] where note.utf8.count > Self.maximumNoteBytes {
      throw StoreError(
        .tooLarge, "the \(what) of a policy of \(name) has \(note.utf8.count) bytes; the limit is \(Self.maximumNoteBytes)")
    }
    let before = try self.policy(of: name)
    var assignment = PolicyAssignment(
      tag: name, source: source, policy: policy, by: by, because: because, created: time, revision: nextRevision)
    if let before, before.source == source, before.policy == policy { assignment = before }
    if before?.source != source {
      if let before { try view.delete(Keyspace.policySource(before.source, name)) }
      guard try policyTargets(of: source).count < Self.maximumFollowersPerMove else {
        throw StoreError(
          .tooLarge, "\(Self.maximumFollowersPerMove) policies choose from \(source) already; let tags follow one that a policy moves")
      }
      try view.put(Keyspace.policySource(source, name), [])
    }
    if assignment != before { try put(assignment) }
    if try chooseAnew(&assignment, reasserts: true) { try moveFollowers(of: name) }
    return assignment
  }

  /// Lets no policy move a tag any more. What the tag points at stays.
  ///
  /// - Throws: `StoreError` with code `notFound` when no policy moves it.
  public mutating func removePolicy(of name: ImageStreamTagName) throws {
    guard let assignment = try policy(of: name) else { throw StoreError.noPolicy(name) }
    try view.delete(Keyspace.policySource(assignment.source, name))
    try view.delete(Keyspace.policy(name))
  }

  /// Removes the policies of tags of a scope, whether the tags are there or not.
  mutating func removePolicies(in scope: TagScope) throws {
    for assignment in try policies(in: scope).elements { try removePolicy(of: assignment.tag) }
  }

  mutating func put(_ assignment: PolicyAssignment) throws {
    try view.put(Keyspace.policy(assignment.tag), try RecordCoding.encode(Isdb_V1_PolicyAssignmentRecord(assignment)))
  }

  /// The tags whose policies choose from a stream, by name.
  mutating func policyTargets(of stream: ImageStreamName) throws -> [ImageStreamTagName] {
    let range = Keyspace.policySources(of: stream)
    var targets: [ImageStreamTagName] = []
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      targets.append(try ImageStreamTagName(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self)))
      return true
    }
    return targets
  }
}

extension ImageStore {
  /// Lets a policy move a tag from now on; see `ImageStreamWriter.setPolicy`.
  @discardableResult
  public func setPolicy(
    _ policy: TagPolicy, from source: ImageStreamName, for name: ImageStreamTagName, by: String = "", because: String = ""
  ) async throws -> PolicyAssignment {
    try await write { try $0.setPolicy(policy, from: source, for: name, by: by, because: because) }.value
  }

  /// Lets no policy move a tag any more; see `ImageStreamWriter.removePolicy`.
  public func removePolicy(of name: ImageStreamTagName) async throws { try await write { try $0.removePolicy(of: name) } }
}
