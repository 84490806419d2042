import Foundation
import TestSupport
import Testing

struct PolicyCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  private func push(_ tags: String...) async throws {
    for tag in tags { _ = try await isdb("tag", "\(ImageFixtures.reference(tag))", "shop/web:\(tag)", "--by", "ci") }
  }

  @Test func `a policy is set, shown, listed and removed`() async throws {
    try await push("1.4.2", "1.10.0", "2.0.0", "latest")
    let chosen = "\(ImageFixtures.reference("1.10.0"))"
    #expect(
      try await isdb("policy", "set", "prod/web:stable", "--from", "shop/web", "--semver", "^1.4", "--by", "ann", "--because", "calm").lines
        == [
          "prod/web:stable is moved by a policy: semver ^1.4, from shop/web", "it chose 1.10.0, \(chosen)",
        ])
    #expect(try await isdb("resolve", "prod/web:stable").output == "\(chosen)\n")
    let shown = try await isdb("policy", "show", "prod/web:stable").lines.map(withoutAge)
    #expect(
      shown == [
        "Tag: prod/web:stable", "Candidates: tags of shop/web", "Order: semver ^1.4", "Set: AGE, by ann: calm", "Choice: 1.10.0",
        " \(chosen)",
        " seen AGE, chosen in revision 6",
      ])
    #expect(
      try await isdb("policy", "list").lines.map(cells) == [
        ["TAG", "FROM", "CHOICE", "POLICY"], ["prod/web:stable", "shop/web", "1.10.0", "semver ^1.4"],
      ])
    let items = try #require(try await isdb("policy", "ls", "prod", "-o", "json").json?["items"] as? [[String: Any]])
    #expect((items.first?["policy"] as? [String: String]) == ["semver": "^1.4"])
    #expect((items.first?["choice"] as? [String: Any])?["tag"] as? String == "1.10.0")
    try await push("1.11.0")
    #expect(try await isdb("resolve", "prod/web:stable").output == "\(ImageFixtures.reference("1.11.0"))\n")
    let described = try await isdb("describe", "prod/web:stable").output
    #expect(described.contains("chosen by its policy from shop/web:1.11.0"))
    #expect(described.contains("semver ^1.4, from shop/web; chose 1.11.0"))
    #expect(try await isdb("policy", "remove", "prod/web:stable").output == "removed the policy of prod/web:stable\n")
    try await isdb.refuses("policy", "remove", "prod/web:stable", status: 66, saying: "no policy moves tag prod/web:stable")
    try await isdb.refuses("policy", "show", "prod/web:stable", status: 66, saying: "no policy moves tag prod/web:stable at revision")
    try await isdb.refuses("policy", "test", "prod/web:stable", status: 66, saying: "no policy moves tag prod/web:stable")
  }

  @Test func `a test tells each candidate's verdict and reason, and changes nothing`() async throws {
    try await push("1.2.3.4", "1.4.2", "v1.10.0", "2.0.0", "1.11.0-rc.1", "latest")
    let before = try await isdb("info").output
    let rows = try await isdb("policy", "test", "--from", "shop/web", "--semver", ">=1.2 <2").lines.map { cells(withoutAge($0)).joined() }
    #expect(rows.count == 7 && rows.first?.hasPrefix("TAG FIRST SEEN VERDICT REASON") == true)
    let all = rows.joined(separator: "\n")
    #expect(all.contains("v1.10.0 AGE chosen"))
    #expect(all.contains("1.4.2 AGE eligible 1 better"))
    #expect(
      all.contains("1.2.3.4 AGE rejected \"1.2.3.4\" is not a semantic version: it has four parts; semver has three, major.minor.patch"))
    #expect(all.contains("2.0.0 AGE rejected version 2.0.0 is not in the range \">=1.2 <2\""))
    #expect(try await isdb("info").output == before)
    let json = try #require(
      try await isdb(
        "policy", "test", "--from", "shop/web", "--numeric", "asc", "--pattern", #"^v?1\.(\d+)\."#, "--extract", "$1", "-o", "json"
      ).json)
    #expect(json["chosen"] as? String == "1.11.0-rc.1")
    #expect(
      (json["items"] as? [[String: Any]])?.map { $0["verdict"] as? String } == [
        "chosen", "eligible", "eligible", "eligible", "rejected", "rejected",
      ])
  }

  @Test func `a tag that soaks is told when it will be chosen`() async throws {
    try await push("1.0.0")
    let set = try await isdb("policy", "set", "shop/web:stable", "--semver", "*", "--minimum-age", "3d").lines
    #expect(set.count == 3 && set[1] == "it chose nothing yet; isdb policy test shop/web:stable says why", "\(set)")
    #expect(set.last?.hasPrefix("its choice changes at ") == true)
    let test = try await isdb("policy", "test", "shop/web:stable").lines
    #expect(test.count == 3 && test[1].contains("soaking") && test[1].contains("has had its image for too short a time"), "\(test)")
    #expect(test.last?.hasPrefix("the choice changes at ") == true)
    let later = try await isdb("policy", "test", "shop/web:stable", "--when", "2126-01-01").lines
    #expect(later.count == 2 && later[1].contains("chosen"))
    try await isdb.refuses("resolve", "shop/web:stable", status: 66, saying: "shop/web:stable")
  }

  @Test func `a policy that is written wrongly is refused with what is wrong`() async throws {
    try await push("1.0.0")
    func refuses(_ arguments: String..., saying message: String) async throws {
      let run = try await isdb(["policy", "set", "shop/web:stable"] + arguments)
      #expect(run.status == 64 && run.error.contains(message) && run.output.isEmpty, "\(run.error)")
    }
    try await refuses(saying: "a policy has one order, not 0; give one of --semver, --numeric, --alphabetical and --newest-seen")
    try await refuses("--newest-seen", "--semver", "*", saying: "a policy has one order, not 2")
    try await refuses("--semver", ">=", saying: "at character 3, a version is missing")
    try await refuses("--newest-seen", "--pattern", "a(b", saying: "at character 2, the parenthesis is not closed")
    try await refuses("--newest-seen", "--pattern", "(a)", "--extract", "$2", saying: "the pattern has no group 2")
    try await refuses("--newest-seen", "--extract", "$1", saying: "give --pattern too")
    try await refuses("--newest-seen", "--minimum-age", "soon", saying: "is not a length of time")
    try await refuses("--newest-seen", "--platform", "amd64", saying: "is not a platform")
    try await refuses("--numeric", "up", saying: "up")
    try await isdb.refuses(
      "policy", "set", "shop/web:stable", "--newest-seen", "--from", "shop/nothing", status: 66,
      saying: "there is no image stream shop/nothing")
    try await isdb.refuses("policy", "test", status: 64, saying: "nothing to test")
    try await isdb.refuses("policy", "test", "shop/web:stable", "--newest-seen", status: 64, saying: "leave out the tag")
    #expect(try await isdb("policy", "list").output.isEmpty)
  }
}
