import TestSupport
import Testing

struct HoldCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"
  private let two = "\(ImageFixtures.reference("two"))"

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a rollback stays rolled back until it is released`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0")
    _ = try await isdb("tag", "shop/web:1.0", "shop/web", "--follow")
    _ = try await isdb("tag", two, "shop/web:1.0")
    let rolledBack = try await isdb("rollback", "shop/web", "--because", "500s")
    #expect(rolledBack.output.contains("points at \(one) again") && rolledBack.output.contains("held"))
    _ = try await isdb("tag", "\(ImageFixtures.reference("three"))", "shop/web:1.0")
    #expect(try await isdb("resolve", "shop/web").output == "\(one)\n")
    let holds = try await isdb("list", "holds")
    #expect(holds.lines.count == 2 && holds.output.contains("pinned") && holds.output.contains("500s"))
    #expect(try await isdb("describe", "shop/web:latest").output.contains("held: pinned"))
    let free = try await isdb("hold", "shop/web", "--release")
    #expect(free.output.contains("free again") && free.output.contains("\(ImageFixtures.reference("three"))"))
    #expect(try await isdb("list", "holds").output.contains("shop/web") == false)
  }

  @Test func `a rollback without a hold leaves the tag free`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    _ = try await isdb("tag", two, "shop/web")
    #expect(try await isdb("rollback", "shop/web", "--hold", "none").output == "shop/web:latest points at \(one) again (revision 4)\n")
    try await isdb.refuses("hold", "shop/web", "--release", status: 66, saying: "is not held")
  }

  @Test func `a hold that is none is refused with those there are`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    for rule in ["bogus", "newer", "until=soon", "newer=1.2.3.4"] {
      #expect(try await isdb("hold", "shop/web", rule).status == 64, "\(rule)")
    }
    try await isdb.refuses("hold", "shop/none", status: 66, saying: "there is no tag shop/none:latest")
  }

  @Test func `an immutable tag stays, a protected one moves when that is meant`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "shop/web:stable")
    _ = try await isdb("protect", "shop/web:1.*", "--immutable")
    _ = try await isdb("protect", "shop/web:stable", "--because", "production")
    try await isdb.refuses("tag", two, "shop/web:1.0", status: 77, saying: "is immutable")
    try await isdb.refuses("untag", "shop/web:1.0", "--override-protection", status: 77, saying: "is immutable")
    try await isdb.refuses("tag", two, "shop/web:stable", status: 77, saying: "is protected")
    #expect(try await isdb("tag", two, "shop/web:stable", "--override-protection").status == 0)
    #expect(try await isdb("tag", two, "shop/web:1.1").status == 0)
    #expect(try await isdb("protect", "--list").lines.count == 3)
    _ = try await isdb("protect", "shop/web:1.*", "--remove")
    #expect(try await isdb("untag", "shop/web:1.0").status == 0)
  }

  @Test func `a removed tag comes back with its history`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    _ = try await isdb("tag", two, "shop/web")
    _ = try await isdb("untag", "shop/web:latest")
    #expect(try await isdb("undelete", "--list", "shop").output == "shop/web:latest\n")
    #expect(try await isdb("undelete", "shop/web:latest").output == "shop/web:latest is back as it was at revision 3\n")
    #expect(try await isdb("history", "shop/web").lines.count == 3)
    try await isdb.refuses("undelete", "shop/web:latest", status: 73, saying: "is there")
    try await isdb.refuses("undelete", "shop/api:latest", status: 66, saying: "no removed tag shop/api:latest is kept")
  }

  @Test func `tags of a set move, go back and are promoted together`() async throws {
    let made = try await isdb("release", "make", "shop/checkout", "web:a=\(one)", "api:a=\(one)", "--because", "rc-1")
    #expect(made.lines.first == "shop/checkout release 1 (revision 2)" && made.lines.count == 3)
    _ = try await isdb("release", "make", "shop/checkout", "web:a=\(two)", "api:a=\(two)")
    let digest = one.split(separator: "@")[1]
    try await isdb.refuses(
      "release", "make", "shop/checkout", "web:a=\(one)", "--expect", "web:a=\(digest)", status: 73, saying: "as the release expects")
    try await isdb.refuses(
      "release", "make", "shop/checkout", "web:a=\(one)", "--expect", "api:a=\(digest)", status: 64, saying: "does not move")
    #expect(try await isdb("release", "promote", "shop/checkout", "--to", "prod", "--release", "1").status == 0)
    #expect(try await isdb("resolve", "prod/api:a").output == "\(one)\n")
    #expect(try await isdb("release", "rollback", "shop/checkout").lines.first == "shop/checkout release 3 (revision 5)")
    #expect(try await isdb("resolve", "shop/api:a").output == "\(one)\n")
    #expect(try await isdb("release", "history", "shop/checkout").lines.count == 4)
    #expect(try await isdb("release", "list").lines.count == 3)
  }

  @Test func `the registries that stand for the store are said, shown and taken back`() async throws {
    try await isdb.refuses("registry", "--internal", "no host", status: 64, saying: "is not a registry's host")
    #expect(try await isdb("registry", "--internal", "r.example:5000").output == "Internal:   r.example:5000\nExternal:   none\n")
    _ = try await isdb("registry", "--external", "out.example")
    _ = try await isdb("tag", one, "shop/web")
    #expect(try await isdb("list").output.contains("out.example/shop/web"))
    #expect(try await isdb("registry", "--external", "", "-o", "json").json as? [String: String] == ["internal": "r.example:5000"])
  }

  @Test func `explain tells who asked for what, and what keeps it there`() async throws {
    _ = try await isdb("tag", one, "shop/web", "--by", "ci", "--because", "build 1")
    _ = try await isdb("tag", two, "shop/web", "--by", "ci", "--because", "build 2")
    _ = try await isdb("rollback", "shop/web", "--by", "ann", "--because", "500s")
    let text = try await isdb("explain", "shop/web").output
    for words in ["points at \(one)", "moved by ann: 500s", "rolled back, from event 2", "hold: pinned"] {
      #expect(text.contains(words), "\(text)")
    }
    let json = try #require(try await isdb("explain", "shop/web", "--event", "1", "-o", "json").json)
    #expect((json["steps"] as? [[String: Any]])?.first?["outcome"] as? String == "tagged")
  }
}
