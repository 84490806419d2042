import ImageRecords
import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct PolicyAssignmentTests {
  let clocks = ManualClocks()
  let web: ImageStreamName = "shop/web"
  let stable: ImageStreamTagName = "prod/web:stable"

  private func name(_ tag: String) throws -> ImageStreamTagName { try ImageStreamTagName(stream: web, tag: tag) }

  private func semver(_ range: String, minimumAge: Duration = .zero) throws -> TagPolicy {
    try TagPolicy(.semver(VersionRange(range)), minimumAge: minimumAge)
  }

  /// Points tags at images of their own.
  private func push(_ store: ImageStore, _ tags: String..., image: String? = nil) async throws {
    for tag in tags { try await store.tag(try name(tag), as: ImageFixtures.reference(image ?? tag), by: "ci", because: "build \(tag)") }
  }

  private func target(_ store: ImageStore, _ name: ImageStreamTagName? = nil) throws -> ImageStreamDB.Tag? {
    try store.read { try $0.tag(name ?? stable) }
  }

  private func image(_ name: String) -> Digest? { ImageFixtures.reference(name).digest }

  /// What the keeper does.
  private func keep(_ store: ImageStore) async throws {
    var duty = PolicyDuty()
    try await duty.perform(store.keyValues, now: clocks.wall.now)
  }

  // MARK: Choosing

  @Test func `a policy takes the best tag when it is set`() async throws {
    try await withImageStore { store in
      try await push(store, "1.4.2", "1.10.0", "2.0.0", "latest")
      let assignment = try await store.setPolicy(semver("^1.4"), from: web, for: stable, by: "ann", because: "calm")
      #expect(assignment.choice?.tag == "1.10.0" && assignment.by == "ann" && assignment.because == "calm")
      let event = try #require(try target(store)?.newest)
      #expect(event.image == image("1.10.0") && event.cause == .policy && event.source == "shop/web:1.10.0")
      #expect(event.by == "ci" && event.because == "build 1.10.0" && event.revision == assignment.revision)
      #expect(try store.read { try $0.policy(of: stable) } == assignment)
      #expect(try store.read { try $0.policies().elements } == [assignment])
    }
  }

  @Test func `a better tag moves the target in the revision that it arrives in, and says why`() async throws {
    try await withImageStore { store in
      try await push(store, "1.4.2", "1.3.0")
      try await store.setPolicy(semver("^1"), from: web, for: stable)
      let arrival = try await store.tag(try name("1.5.0"), as: ImageFixtures.reference("1.5.0"))
      let event = try #require(try target(store)?.newest)
      #expect(event.image == image("1.5.0") && event.revision == arrival.revision)
      let explanation = try store.read { try $0.explain(stable) }
      let step = try #require(explanation.steps.first)
      #expect(explanation.upstream.map(\.event) == [arrival])
      #expect(step.kind == .policy && step.subject == "shop/web:1.5.0" && step.outcome == "chosen")
      #expect(step.detail == "by semver ^1: before 1.4.2, the choice until then" && step.revision == arrival.revision)
    }
  }

  @Test func `a tag that is no better changes nothing but itself`() async throws {
    try await withImageStore { store in
      try await push(store, "1.4.2")
      let assignment = try await store.setPolicy(semver("^1"), from: web, for: stable)
      try await push(store, "1.4.1", "2.0.0", "latest", "1.4.3-rc.1")
      #expect(try target(store)?.modRevision == assignment.revision)
      #expect(try store.read { try $0.get(Keyspace.policy(stable))?.modRevision } == assignment.revision)
    }
  }

  @Test func `a chosen tag that gets another image takes the target along`() async throws {
    try await withImageStore { store in
      try await push(store, "1.4.2", "1.4.1")
      try await store.setPolicy(semver("^1"), from: web, for: stable)
      try await push(store, "1.4.2", image: "rebuilt")
      #expect(try target(store)?.newest?.image == image("rebuilt"))
      #expect(try store.read { try $0.policy(of: stable)?.choice?.image } == image("rebuilt"))
    }
  }

  @Test func `when the chosen tag is removed the next best is taken, and when none is left the target stays`() async throws {
    try await withImageStore { store in
      try await push(store, "1.4.2", "1.4.1", "1.3.0")
      try await store.setPolicy(semver("^1"), from: web, for: stable)
      try await store.untag(try name("1.4.1"))
      #expect(try target(store)?.newest?.image == image("1.4.2"))
      try await store.untag(try name("1.4.2"))
      #expect(try target(store)?.newest?.image == image("1.3.0"))
      try await store.untag(try name("1.3.0"))
      #expect(try target(store)?.newest?.image == image("1.3.0"))
      #expect(try store.read { try $0.policy(of: stable) }?.choice == nil)
      try await store.undelete(try name("1.4.2"))
      #expect(try target(store)?.newest?.image == image("1.4.2"))
    }
  }

  @Test func `a policy may be set before there is anything to choose`() async throws {
    try await withImageStore { store in
      try await push(store, "latest")
      #expect(try await store.setPolicy(semver("^1"), from: web, for: stable).choice == nil)
      #expect(try target(store) == nil)
      try await push(store, "1.0.0")
      #expect(try target(store)?.newest?.image == image("1.0.0"))
    }
  }

  @Test func `candidates may be in the target's own stream, and what a policy moves is no candidate`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0", "1.1.0-rc.1")
      let edge = try name("edge")
      let calm = try name("calm")
      try await store.setPolicy(TagPolicy(.newestSeen), from: web, for: edge)
      try await store.setPolicy(TagPolicy(.newestSeen, filter: TagFilter(pattern: "^[^-]*$")), from: web, for: calm)
      try await push(store, "1.1.0")
      for tag in [edge, calm] { #expect(try target(store, tag)?.newest?.image == image("1.1.0")) }
      #expect(
        try store.read { try $0.evaluatePolicy(of: edge, now: .now).verdicts.map(\.candidate.tag) } == ["1.1.0", "1.1.0-rc.1", "1.0.0"])
    }
  }

  @Test func `tags that follow the target move with it in the same revision`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      let follower: ImageStreamTagName = "edge/web:now"
      try await store.tag(follower, as: .following(stable))
      let arrival = try await store.tag(try name("1.1.0"), as: ImageFixtures.reference("1.1.0"))
      let event = try #require(try target(store, follower)?.newest)
      #expect(event.image == image("1.1.0") && event.revision == arrival.revision && event.cause == .tracking)
    }
  }

  @Test func `a candidate must run on the platform`() async throws {
    try await withImageStore { store in
      let both = try ImageFixtures.index("both")
      let one = try ImageFixtures.image("one")
      try await store.write { writer in
        try writer.add(both)
        try writer.add(one)
      }
      try await store.tag(try name("1.0.0"), as: .image(both.digest, pullSpec: nil))
      try await store.tag(try name("1.1.0"), as: .image(one.digest, pullSpec: nil))
      try await push(store, "1.2.0")
      let arm = try TagPolicy(.semver(VersionRange("*")), platform: Platform("linux/arm64"))
      #expect(try await store.setPolicy(arm, from: web, for: stable).choice?.tag == "1.0.0")
      let amd = try TagPolicy(.semver(VersionRange("*")), platform: .linuxAMD64)
      #expect(try await store.setPolicy(amd, from: web, for: stable).choice?.tag == "1.1.0")
    }
  }

  // MARK: People and holds

  @Test func `a hold refuses the policy's move, and its release catches up`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      try await store.write { try $0.hold(stable, .pin) }
      try await push(store, "1.1.0")
      let held = try #require(try target(store))
      #expect(held.newest?.image == image("1.0.0") && held.refused?.cause == .policy && held.refused?.image == image("1.1.0"))
      try await store.write { try $0.releaseHold(of: stable) }
      #expect(try target(store)?.newest?.image == image("1.1.0"))
    }
  }

  @Test func `a rollback that skips the bad image lasts until the next better tag`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      try await push(store, "1.1.0")
      try await store.rollback(stable, hold: .skippingCurrentImage)
      try await push(store, "1.0.1", "0.9.0")
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      try await push(store, "1.1.1")
      #expect(try target(store)?.newest?.image == image("1.1.1"))
      #expect(try target(store)?.hold == nil)
    }
  }

  @Test func `a hold until a newer version reads the version out of the candidate`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*-0"), from: web, for: stable)
      try await store.write { try $0.hold(stable, .untilNewer("1.2.0")) }
      try await push(store, "1.1.0", "1.2.0")
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      try await push(store, "v1.2.1")
      #expect(try target(store)?.newest?.image == image("v1.2.1"))
    }
  }

  @Test func `what a person moves stays until there is a better candidate, or the policy is set again`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0", "1.1.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      try await store.tag(stable, as: ImageFixtures.reference("by hand"))
      try await push(store, "1.0.5")
      #expect(try target(store)?.newest?.image == image("by hand"))
      let again = try await store.setPolicy(semver("*"), from: web, for: stable)
      #expect(try target(store)?.newest?.image == image("1.1.0"))
      #expect(try again.revision < store.keyValues.revision())
    }
  }

  // MARK: Ends

  @Test func `a policy that is replaced or removed moves the tag no more`() async throws {
    try await withImageStore { store in
      try await push(store, "1.0.0", "2.0.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      try await store.setPolicy(semver("^1"), from: web, for: stable)
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      try await push(store, "2.1.0")
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      try await store.removePolicy(of: stable)
      try await push(store, "1.1.0")
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      #expect(await awaitedError { try await store.removePolicy(of: stable) }?.code == .notFound)
      #expect(storeError { try store.read { try $0.evaluatePolicy(of: stable, now: .now) } }?.code == .notFound)
    }
  }

  @Test func `a policy goes with its tag and with its stream, and leaves nothing`() async throws {
    try await withImageStore(clocks.configuration) { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*"), from: web, for: stable)
      let idle: ImageStreamTagName = "prod/web:idle"
      try await store.setPolicy(semver(">5", minimumAge: .seconds(1)), from: web, for: idle)
      try await push(store, "6.0.0")
      try await store.untag(stable)
      #expect(try store.read { try $0.policy(of: stable) } == nil)
      try await store.removeImageStream("prod/web")
      clocks.advance(by: .seconds(2))
      try await keep(store)
      for prefix in [Keyspace.policies, Keyspace.policySources, Keyspace.soaking] {
        #expect(try store.keyValues.read { try $0.range(RangeQuery(.prefix(Array(prefix.utf8)))).keyValues.isEmpty }, "\(prefix)")
      }
    }
  }

  @Test func `a source that is not there is refused`() async throws {
    try await withImageStore { store in
      #expect(await awaitedError { try await store.setPolicy(semver("*"), from: web, for: stable) }?.code == .notFound)
      #expect(storeError { try store.read { try $0.evaluate(semver("*"), from: web, now: .now) } }?.code == .notFound)
    }
  }

  // MARK: Minimum age

  @Test func `a tag that soaks is taken by the keeper when it is old enough`() async throws {
    try await withImageStore(clocks.configuration) { store in
      try await push(store, "1.0.0")
      clocks.advance(by: .seconds(3600))
      try await store.setPolicy(semver("*", minimumAge: .seconds(3600)), from: web, for: stable)
      try await push(store, "1.1.0")
      clocks.advance(by: .milliseconds(3_599_999))
      try await keep(store)
      #expect(try target(store)?.newest?.image == image("1.0.0"))
      let evaluation = try store.read { try $0.evaluatePolicy(of: stable, now: clocks.wall.now) }
      #expect(evaluation.nextChange == clocks.wall.now + .milliseconds(1))
      clocks.advance(by: .milliseconds(1))
      try await keep(store)
      #expect(try target(store)?.newest?.image == image("1.1.0"))
      let revision = try store.keyValues.revision()
      try await keep(store)
      #expect(try store.keyValues.revision() == revision)
    }
  }

  @Test func `a tag that moves while it soaks soaks anew`() async throws {
    try await withImageStore(clocks.configuration) { store in
      try await push(store, "1.0.0")
      try await store.setPolicy(semver("*", minimumAge: .seconds(60)), from: web, for: stable)
      #expect(try target(store) == nil)
      clocks.advance(by: .seconds(30))
      try await push(store, "1.0.0", image: "fixed")
      clocks.advance(by: .seconds(30))
      try await keep(store)
      #expect(try target(store) == nil)
      clocks.advance(by: .seconds(30))
      try await keep(store)
      #expect(try target(store)?.newest?.image == image("fixed"))
    }
  }

  @Test func `the target keeps the old image of its choice while the new one soaks`() async throws {
    try await withImageStore(clocks.configuration) { store in
      try await push(store, "1.0.0", "1.1.0")
      clocks.advance(by: .seconds(60))
      try await store.setPolicy(semver("*", minimumAge: .seconds(60)), from: web, for: stable)
      try await push(store, "1.1.0", image: "rebuilt")
      #expect(try target(store)?.newest?.image == image("1.1.0"))
      let verdicts = try store.read { try $0.evaluatePolicy(of: stable, now: clocks.wall.now).verdicts }
      #expect(verdicts.map(\.candidate.tag) == ["1.1.0", "1.0.0", "1.1.0"])
      #expect(verdicts.first?.outcome == .chosen && verdicts.first?.candidate.image == image("1.1.0"))
      clocks.advance(by: .seconds(60))
      try await keep(store)
      #expect(try target(store)?.newest?.image == image("rebuilt"))
    }
  }

  @Test func `more soaking tags than are noted are found again`() async throws {
    try await withImageStore(clocks.configuration) { store in
      for batch in 0..<6 {
        try await store.write { writer in
          for patch in 0..<101 {
            try writer.tag(
              try name("1.\(batch).\(patch)"), as: .reference(ImageFixtures.reference("\(batch).\(patch)")))
          }
        }
        clocks.advance(by: .seconds(1))
      }
      try await store.setPolicy(semver("*", minimumAge: .seconds(60)), from: web, for: stable)
      // 1.0.100 is old enough at 60, 1.4.100 at 64, 1.5.100 at 65 with none but it behind the 500 that are noted.
      for batch in 0..<6 {
        clocks.advance(by: .seconds(batch == 0 ? 54 : 1))
        try await keep(store)
        #expect(try store.read { try $0.policy(of: stable)?.choice?.tag } == "1.\(batch).100")
      }
    }
  }

  // MARK: One at a time is as good as all

  @Test(arguments: [UInt64](1...4))
  func `random moves leave the choice that all candidates together give`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let orders: [TagPolicy.Order] = [
      .semver(try VersionRange(">=1.0.0-0")), .numeric(.descending), .alphabetical(.ascending), .newestSeen,
    ]
    let tags = ["1.0.0", "1.0.1", "v1.0.1", "1.1.0", "1.1.0-rc.1", "2.0.0", "1", "01", "2", "x"]
    let clocks = clocks
    try await withImageStore(clocks.configuration) { store in
      try await push(store, "x")
      var policies: [ImageStreamTagName: TagPolicy] = [:]
      for (place, order) in orders.enumerated() {
        for age in [Duration.zero, .seconds(10)] {
          let target = try ImageStreamTagName(stream: "prod/web", tag: "p\(place)-\(age.components.seconds)")
          policies[target] = try TagPolicy(order, minimumAge: age)
        }
      }
      for (target, policy) in policies { try await store.setPolicy(policy, from: web, for: target) }
      for round in 0..<150 {
        let tag = try name(tags.randomElement(using: &random) ?? "x")
        if random.oneIn(4) {
          if try store.read({ try $0.tag(tag) }) != nil { try await store.untag(tag) }
        } else if random.oneIn(10), let (target, policy) = policies.randomElement(using: &random) {
          try await store.setPolicy(policy, from: web, for: target)
        } else {
          try await store.tag(tag, as: ImageFixtures.reference("image \(Int.random(in: 0..<4, using: &random))"))
        }
        clocks.advance(by: .seconds(Int.random(in: 0..<4, using: &random)))
        try await keep(store)
        for target in policies.keys {
          let (assignment, chosen, tag) = try store.read { reader in
            (try reader.policy(of: target), try reader.evaluatePolicy(of: target, now: clocks.wall.now).chosen, try reader.tag(target))
          }
          let choice = assignment?.choice
          try #require(
            choice?.tag == chosen?.tag && choice?.image == chosen?.image && choice?.firstSeen == chosen?.firstSeen,
            "seed \(seed), round \(round), \(target): \(choice?.tag ?? "none"), not \(chosen?.tag ?? "none")")
          if let choice { try #require(tag?.newest?.image == choice.image, "seed \(seed), round \(round), \(target)") }
        }
      }
    }
  }

  // MARK: Records

  @Test func `an assignment is read as it was written`() throws {
    var assignment = PolicyAssignment(
      tag: stable, source: web, policy: try semver("^1", minimumAge: .seconds(5)), by: "ann", because: "✓",
      created: Timestamp(millisecondsSinceEpoch: 7), revision: 9)
    let key = Keyspace.policy(stable)
    func read() throws -> PolicyAssignment {
      let bytes = try RecordCoding.encode(Isdb_V1_PolicyAssignmentRecord(assignment))
      return try PolicyAssignment(KeyValue(key: key, value: bytes, createRevision: 1, modRevision: 2, version: 1))
    }
    #expect(try read() == assignment)
    assignment.choice = PolicyChoice(
      tag: "1.0.0", image: Digest(of: [1]), pullSpec: "quay.io/shop/web@\(Digest(of: [1]))",
      firstSeen: Timestamp(millisecondsSinceEpoch: 3),
      revision: 4)
    #expect(try read() == assignment)
  }

  @Test func `the longest names still make keys of policies that fit`() throws {
    let stream = try ImageStreamName("\(String(repeating: "n", count: 63))/\(String(repeating: "s", count: 191))")
    let tag = try ImageStreamTagName(stream: stream, tag: String(repeating: "t", count: 128))
    let keys = [
      Keyspace.policy(tag), Keyspace.policySource(stream, tag),
      Keyspace.soaking(until: Timestamp(millisecondsSinceEpoch: .max), tag, tag.tag),
    ]
    #expect(keys.map(\.count).max() == 436)
  }
}
