import ImageRecords
import MVCC
import OCI
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct TagPolicyTests {
  private static let start = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

  private static func candidate(_ tag: String, seen: Duration = .zero, platforms: [Platform]? = [.linuxAMD64]) -> PolicyCandidate {
    PolicyCandidate(tag: tag, image: Digest(of: Array(tag.utf8)), firstSeen: start + seen, platforms: platforms)
  }

  private static func chosen(_ policy: TagPolicy, _ tags: [String]) -> String? {
    policy.evaluate(tags.map { candidate($0) }, now: start).chosen?.tag
  }

  // MARK: Orders, as Flux's policies choose

  @Test(arguments: [
    ("1.0.x", ["1.0.0", "1.0.0.1", "1.0.0p", "1.0.1", "1.2.0", "0.1.0"], "1.0.1"),
    ("1.0.x", ["v1.2.3", "v1.0.0", "v0.1.0"], "v1.0.0"),
    ("1.0.x", ["b1.2.3", "b1.0.0", "b0.1.0"], nil),
    ("1.0.x", ["1.2.0"], nil),
    ("*", [], nil),
    (">=1.2 <2", ["1.9.0", "1.10.0", "2.0.0", "1.11.0-rc.1", "latest", "1.99"], "1.10.0"),
    (">=1.2.0-0 <2", ["1.9.0", "1.10.0", "1.11.0-rc.1"], "1.11.0-rc.1"),
  ])
  func `semver takes the highest version in the range`(range: String, tags: [String], expected: String?) throws {
    #expect(try Self.chosen(TagPolicy(.semver(VersionRange(range))), tags) == expected)
    #expect(try Self.chosen(TagPolicy(.semver(VersionRange(range))), tags.reversed()) == expected)
  }

  @Test func `numeric takes the last in its direction`() throws {
    let filter = try TagFilter(pattern: "^n(.*)$", extract: "$1")
    func chosen(_ direction: TagPolicy.Direction, _ tags: [String]) throws -> String? {
      try Self.chosen(TagPolicy(.numeric(direction), filter: filter), tags.map { "n" + $0 }).map { String($0.dropFirst()) }
    }
    let integers = ["-62", "-88", "73", "72", "15", "16", "15.0", "29", "-33", "-91"]
    #expect(try chosen(.ascending, integers) == "73")
    #expect(try chosen(.descending, integers) == "-91")
    let fractions = [
      "47.40896403322944", "-27.8520927455902", "-27.930666514224427", "53.47333823144817", "53.5", "3.2008658570411086", "0.0",
    ]
    #expect(try chosen(.ascending, fractions) == "53.5")
    #expect(try chosen(.descending, fractions) == "-27.930666514224427")
    #expect(try chosen(.ascending, ["1606234201", "1606364286", "1606334092"]) == "1606364286")
    // Numbers that a double cannot tell apart.
    #expect(try chosen(.ascending, ["20261121143000123457", "20261121143000123458", "20261121143000123456"]) == "20261121143000123458")
    #expect(try chosen(.ascending, ["9", "010", "08"]) == "010")
    // What is no number is left out, and does not stop the others.
    #expect(try chosen(.ascending, ["0", "1a", "b", "", "1.", ".5", "1e3", "0x10", "Inf", "--1"]) == "0")
  }

  @Test func `alphabetical takes the last in its direction`() throws {
    let calendar = ["16.04", "16.04.1", "16.10", "20.04", "20.10"]
    #expect(try Self.chosen(TagPolicy(.alphabetical(.ascending)), calendar) == "20.10")
    #expect(try Self.chosen(TagPolicy(.alphabetical(.descending)), calendar) == "16.04")
    let names = ["xenial", "yakkety", "zesty", "artful", "bionic"]
    #expect(try Self.chosen(TagPolicy(.alphabetical(.ascending)), names) == "zesty")
    #expect(try Self.chosen(TagPolicy(.alphabetical(.descending)), names) == "artful")
    let times = ["2021-01-08T21-18-21Z", "2020-05-08T21-18-21Z", "2023-05-08T00-20-00Z"]
    #expect(try Self.chosen(TagPolicy(.alphabetical(.ascending)), times) == "2023-05-08T00-20-00Z")
    #expect(try Self.chosen(TagPolicy(.alphabetical(.ascending)), ["a", "Z", "_"]) == "a")
  }

  @Test func `newest seen goes by the store's clock and not by the name`() throws {
    let policy = try TagPolicy(.newestSeen, filter: TagFilter(pattern: "^pr-"))
    let candidates = [
      Self.candidate("pr-9", seen: .seconds(1)), Self.candidate("pr-1", seen: .seconds(3)), Self.candidate("main", seen: .seconds(9)),
    ]
    #expect(policy.evaluate(candidates, now: Self.start).chosen?.tag == "pr-1")
  }

  @Test func `what says the same goes by time and then by name`() throws {
    let policy = try TagPolicy(.semver(VersionRange("*")))
    #expect(Self.chosen(policy, ["1.4.2", "v1.4.2"]) == "v1.4.2")
    let candidates = [Self.candidate("1.4.2", seen: .seconds(1)), Self.candidate("v1.4.2")]
    #expect(policy.evaluate(candidates, now: Self.start).chosen?.tag == "1.4.2")
    let lowest = try TagPolicy(.numeric(.descending))
    #expect(Self.chosen(lowest, ["7", "07", "007", "8"]) == "7")
  }

  // MARK: Conditions

  @Test func `a tag soaks until it has its minimum age to the millisecond`() throws {
    let policy = try TagPolicy(.semver(VersionRange("*")), minimumAge: .seconds(3600))
    let candidates = [
      Self.candidate("1.0.0", seen: .seconds(-7200)), Self.candidate("1.1.0"), Self.candidate("1.2.0", seen: .seconds(10)),
      Self.candidate("0.9.0", seen: .seconds(-100)),
    ]
    let before = policy.evaluate(candidates, now: Self.start + .milliseconds(3_599_999))
    #expect(before.chosen?.tag == "1.0.0")
    // 0.9.0 is old enough too by then, and it could not have been chosen: the next change is 1.1.0's.
    #expect(before.nextChange == Self.start + .seconds(3600))
    #expect(before.verdicts.last?.outcome == .rejected(.tooYoung(until: Self.start + .seconds(3610))))
    let after = policy.evaluate(candidates, now: Self.start + .seconds(3600))
    #expect(after.chosen?.tag == "1.1.0")
    #expect(after.nextChange == Self.start + .seconds(3610))
    #expect(policy.evaluate(candidates, now: Self.start + .seconds(3610)).nextChange == nil)
  }

  @Test func `without a minimum age a tag seen in the future is eligible, and with one it waits`() throws {
    let ahead = Self.candidate("1.0.0", seen: .seconds(60))
    #expect(try TagPolicy(.semver(VersionRange("*"))).evaluate([ahead], now: Self.start).chosen?.tag == "1.0.0")
    let soak = try TagPolicy(.semver(VersionRange("*")), minimumAge: .milliseconds(1))
    #expect(soak.evaluate([ahead], now: Self.start).nextChange == Self.start + .milliseconds(60_001))
  }

  @Test func `a minimum age is between zero and ten years`() throws {
    #expect(storeError { try TagPolicy(.newestSeen, minimumAge: .milliseconds(-1)) }?.code == .invalidArgument)
    #expect(try TagPolicy(.newestSeen, minimumAge: TagPolicy.maximumAge).minimumAge == TagPolicy.maximumAge)
    #expect(storeError { try TagPolicy(.newestSeen, minimumAge: TagPolicy.maximumAge + .milliseconds(1)) }?.code == .invalidArgument)
  }

  @Test func `a candidate must have the platform, by itself or in its index`() throws {
    let arm = try Platform("linux/arm64")
    let policy = try TagPolicy(.semver(VersionRange("*")), platform: arm)
    let candidates = [
      Self.candidate("1.0.0", platforms: [.linuxAMD64, try Platform("linux/arm64/v8")]), Self.candidate("1.1.0"),
      Self.candidate("1.2.0", platforms: nil), Self.candidate("1.3.0", platforms: []),
    ]
    let evaluation = policy.evaluate(candidates, now: Self.start)
    #expect(
      evaluation.verdicts.map(\.outcome) == [
        .chosen, .rejected(.otherPlatform(arm, has: [.linuxAMD64])), .rejected(.unknownPlatform(arm)),
        .rejected(.otherPlatform(arm, has: [])),
      ])
  }

  // MARK: Verdicts

  @Test func `each candidate is told its verdict in words`() throws {
    let policy = try TagPolicy(
      .semver(VersionRange(">=1.2 <2")), filter: TagFilter(pattern: "^v?[0-9l]"), minimumAge: .seconds(86_400), platform: .linuxAMD64)
    let old = Duration.seconds(-86_400)
    let candidates = [
      Self.candidate("latest", seen: old), Self.candidate("1.2.3.4", seen: old), Self.candidate("1.9.0", seen: old),
      Self.candidate("v1.10.0", seen: old), Self.candidate("1.3.0", seen: old), Self.candidate("2.0.0", seen: old),
      Self.candidate("1.11.0-rc.1", seen: old), Self.candidate("1.12.0"), Self.candidate("dev", seen: old),
      Self.candidate("2026.01.02", seen: old), Self.candidate("1.4", seen: old),
      Self.candidate("1.13.0", seen: old, platforms: [Platform(os: "windows", architecture: "amd64")]),
    ]
    let verdicts = policy.evaluate(candidates, now: Self.start).verdicts.map { "\($0.candidate.tag) \($0.outcome)" }
    #expect(
      verdicts == [
        "v1.10.0 chosen",
        "1.9.0 eligible, and one is before it",
        "1.3.0 eligible, and 2 are before it",
        "1.11.0-rc.1 version 1.11.0-rc.1 is a pre-release, and the range \">=1.2 <2\" names none; add -0 to one of its versions",
        "1.12.0 has had its image for too short a time; it is old enough at 2023-11-15T22:13:20Z",
        "1.13.0 has no image for linux/amd64; it has windows/amd64",
        "1.2.3.4 \"1.2.3.4\" is not a semantic version: it has four parts; semver has three, major.minor.patch",
        "1.4 \"1.4\" is not a semantic version: it has two parts; semver has three, major.minor.patch",
        "2.0.0 version 2.0.0 is not in the range \">=1.2 <2\"",
        "2026.01.02 \"2026.01.02\" is not a semantic version: its minor part is \"01\", and semver allows no leading zero; "
          + "for dates choose numeric or alphabetical order",
        "dev does not match \"^v?[0-9l]\"",
        "latest \"latest\" is not a semantic version: it begins with \"latest\", which is not a number; a version is major.minor.patch, as in 1.4.2",
      ])
  }

  @Test func `an extract that takes nothing rejects the tag`() throws {
    let policy = try TagPolicy(.alphabetical(.ascending), filter: TagFilter(pattern: "^main(-(.+))?$", extract: "$2"))
    let evaluation = policy.evaluate([Self.candidate("main"), Self.candidate("main-1")], now: Self.start)
    #expect(evaluation.chosen?.tag == "main-1")
    #expect(evaluation.verdicts.last?.outcome == .rejected(.emptyExtract(template: "$2")))
  }

  @Test func `a policy says itself in one line`() throws {
    let policy = try TagPolicy(
      .numeric(.descending), filter: TagFilter(pattern: "^b(.*)$", extract: "$1"), minimumAge: .seconds(3 * 86_400), platform: .linuxAMD64)
    #expect(policy.description == "numeric desc, tags matching ^b(.*)$ as $1, at least 3 days old, for linux/amd64")
    #expect(try TagPolicy(.newestSeen, minimumAge: .seconds(90)).description == "newest seen, at least 90 seconds old")
    #expect(try TagPolicy(.semver(VersionRange("^1")), minimumAge: .seconds(3600)).description == "semver ^1, at least 1 hour old")
  }

  // MARK: One at a time

  @Test(arguments: [UInt64(1), 2, 3])
  func `one comparison with the present choice is enough for a tag that arrives`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let orders: [TagPolicy.Order] = [
      .semver(try VersionRange(">=1.0.0-0")), .numeric(.ascending), .numeric(.descending), .alphabetical(.ascending),
      .alphabetical(.descending),
      .newestSeen,
    ]
    for order in orders {
      let policy = try TagPolicy(order)
      var candidates: [PolicyCandidate] = []
      var best: PolicyRank?
      for _ in 0..<100 {
        func part() -> Int { Int.random(in: 0..<4, using: &generator) }
        let texts = ["\(part()).\(part()).\(part())", "v1.\(part()).0-rc.\(part())", "\(part())", "0\(part())", "x\(part())"]
        let tag = texts.randomElement(using: &generator) ?? ""
        guard !candidates.contains(where: { $0.tag == tag }) else { continue }
        let candidate = Self.candidate(tag, seen: .seconds(part()))
        candidates.append(candidate)
        if case .eligible(let rank) = policy.judge(candidate, now: Self.start), best.map({ $0 < rank }) ?? true { best = rank }
        let evaluation = policy.evaluate(candidates.shuffled(using: &generator), now: Self.start)
        #expect(evaluation.chosen?.tag == best?.tag, "seed \(seed), \(order)")
      }
    }
  }

  // MARK: Record

  @Test func `a policy is read as it was written`() throws {
    let filter = try TagFilter(pattern: "^b(.*)$", extract: "$1")
    let windows = Platform(os: "windows", architecture: "amd64", osVersion: "10.0.14393.1066", osFeatures: ["win32k"])
    for policy in [
      try TagPolicy(.semver(VersionRange("^1.4 || >=3"))), try TagPolicy(.numeric(.ascending), filter: filter),
      try TagPolicy(.numeric(.descending), minimumAge: .milliseconds(1)),
      try TagPolicy(.alphabetical(.ascending), filter: TagFilter(pattern: "a")),
      try TagPolicy(.alphabetical(.descending), platform: windows),
      try TagPolicy(.newestSeen, filter: filter, minimumAge: TagPolicy.maximumAge, platform: .linuxAMD64),
    ] {
      #expect(try TagPolicy(Isdb_V1_TagPolicyRecord(policy), in: []) == policy)
    }
  }

  @Test func `a record that is no policy is corrupt`() throws {
    #expect(storeError { try TagPolicy(Isdb_V1_TagPolicyRecord(), in: []) }?.code == .corrupt)
    var record = Isdb_V1_TagPolicyRecord(try TagPolicy(.newestSeen))
    record.pattern = "("
    #expect(storeError { try TagPolicy(record, in: []) }?.code == .corrupt)
  }
}
