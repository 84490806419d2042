import Foundation
import TestSupport
import Testing

struct TagCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"
  private let two = "\(ImageFixtures.reference("two"))"

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a tag is made, moved and copied, and says so`() async throws {
    #expect(try await isdb("tag", one, "shop/web:1.0").output == "shop/web:1.0 now points at \(one) (revision 2)\n")
    #expect(try await isdb("tag", one, "shop/web:1.0").output == "shop/web:1.0 points at \(one) already\n")
    #expect(
      try await isdb("tag", "shop/web:1.0", "shop/web", "shop/web:stable").output == """
        shop/web:latest now points at \(one) (revision 3)
        shop/web:stable now points at \(one) (revision 3)

        """)
    #expect(try await isdb("tag", two, "shop/web").status == 0)
    let short = one.split(separator: ":").last?.prefix(12) ?? ""
    #expect(try await isdb("tag", "shop/web@\(short)", "shop/web:old").output == "shop/web:old now points at \(one) (revision 5)\n")
  }

  @Test func `several tags move together or not at all`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0")
    try await isdb.refuses("tag", two, "shop/web:1.0", "shop/web:-", status: 64, saying: "is not a tag")
    #expect(try await isdb("resolve", "shop/web:1.0").output == "\(one)\n")
  }

  @Test func `the author is the user unless named, and the reason is kept`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    _ = try await isdb("tag", two, "shop/web", "--by", "ci", "--because", "build 4711")
    let items = try #require(try await isdb("history", "shop/web", "-o", "json").json?["items"] as? [[String: Any]])
    #expect(items.map { $0["by"] as? String } == ["ci", NSUserName()])
    #expect(items.map { $0["because"] as? String } == ["build 4711", nil])
    #expect(items.map { $0["sequence"] as? Int } == [2, 1])
  }

  @Test func `resolve prints one line for scripts, now and then`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    _ = try await isdb("tag", two, "shop/web")
    #expect(try await isdb("resolve", "shop/web").output == "\(two)\n")
    #expect(try await isdb("resolve", "shop/web:latest", "--at", "2").output == "\(one)\n")
    #expect(try await isdb("resolve", "shop/web", "--digest").output == "\(two.split(separator: "@")[1])\n")
    #expect(try await isdb("resolve", "shop/web", "-o", "json").json?["pullSpec"] as? String == two)
    try await isdb.refuses("resolve", "shop/web", "--at", "1", status: 66, saying: "there is no tag shop/web:latest")
    try await isdb.refuses("resolve", "shop/web", "--at", "2 hours ago", status: 66, saying: "there is no tag shop/web:latest")
  }

  @Test func `a rollback goes back by one, by steps, to an image and to an event`() async throws {
    let three = "\(ImageFixtures.reference("three"))"
    for image in [one, two, three] { _ = try await isdb("tag", image, "shop/web") }
    #expect(
      try await isdb("rollback", "shop/web").output == "shop/web:latest points at \(two) again (revision 5; held, see isdb list holds)\n")
    #expect(
      try await isdb("rollback", "shop/web", "--steps", "3").output
        == "shop/web:latest points at \(one) again (revision 6; held, see isdb list holds)\n")
    let digest = String(three.split(separator: "@")[1])
    #expect(
      try await isdb("rollback", "shop/web", "--to", digest).output
        == "shop/web:latest points at \(three) again (revision 7; held, see isdb list holds)\n")
    #expect(
      try await isdb("rollback", "shop/web", "--event", "2").output
        == "shop/web:latest points at \(two) again (revision 8; held, see isdb list holds)\n")
    try await isdb.refuses("rollback", "shop/web", "--event", "2", status: 73, saying: "already")
    try await isdb.refuses("rollback", "shop/web", "--steps", "0", status: 64, saying: "1 event back or more")
    try await isdb.refuses("rollback", "shop/web", "--steps", "99", status: 66, saying: "older events, not 99")
    try await isdb.refuses("rollback", "shop/web", "--steps", "1", "--event", "1", status: 64, saying: "exclude each other")
    try await isdb.refuses("rollback", "shop/web", "--to", "abc", status: 64, saying: "12")
    try await isdb.refuses("rollback", "shop/web:1.0", status: 66, saying: "there is no tag shop/web:1.0")
  }

  @Test func `history is a table for people, newest first`() async throws {
    _ = try await isdb("tag", one, "shop/web", "--by", "ann")
    _ = try await isdb("rollback", "shop/web")
    _ = try await isdb("tag", two, "shop/web", "--by", "ann", "--because", "500s\nsince 14:02")
    let lines = try await isdb("history", "shop/web").lines
    #expect(cells(lines[0]) == ["EVENT", "REVISION", "UPDATED", "SERVED", "CAUSE", "BY", "BECAUSE", "PULL SPEC"])
    #expect(lines.dropFirst().map { String($0.prefix(7)) } == ["2      ", "1      "])
    #expect(lines[1].contains("500s\\nsince 14:02") && lines[1].hasSuffix(two))
    #expect(try await isdb("history", "shop/web", "--limit", "1").lines.count == 2)
  }

  @Test func `a removed tag is gone now and there before`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "shop/web:1.1")
    try await isdb.refuses("untag", "shop/web", status: 64, saying: "names no tag")
    #expect(try await isdb("untag", "shop/web:1.0").output == "removed shop/web:1.0 (revision 3)\n")
    try await isdb.refuses("untag", "shop/web:1.0", status: 66, saying: "there is no tag shop/web:1.0")
    try await isdb.refuses("resolve", "shop/web:1.0", status: 66, saying: "there is no tag shop/web:1.0")
    #expect(try await isdb("resolve", "shop/web:1.0", "--at", "2").output == "\(one)\n")
  }

  @Test func `a stream is removed with every tag`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "shop/web:1.1", "shop/api:1.0")
    try await isdb.refuses("untag", "shop/web:1.0", "--all", status: 64, saying: "is not an image stream")
    #expect(try await isdb("untag", "shop/web", "--all").output.hasPrefix("removed shop/web (revision "))
    #expect(try await isdb("list").lines.dropFirst().map { cells($0)[0] } == ["shop/api"])
    try await isdb.refuses("untag", "shop/web", "--all", status: 66, saying: "there is no image stream shop/web")
  }

  @Test func `mistakes in names are told apart`() async throws {
    try await isdb.refuses("tag", "quay.io/shop/web:1.0", "shop/web", status: 64, saying: "names no digest")
    try await isdb.refuses("tag", "quay.io/shop/web@sha256:12", "shop/web", status: 64, saying: "sha256")
    try await isdb.refuses("tag", "quay.io/Shop@\(one.split(separator: "@")[1])", "shop/web", status: 64, saying: "Shop")
    try await isdb.refuses("tag", one, "web", status: 64, saying: "namespace/stream")
    try await isdb.refuses("tag", one, "shop/web/x:1", status: 64, saying: "without a slash")
    try await isdb.refuses("tag", one, "Shop/web", status: 64, saying: "lower-case")
    try await isdb.refuses("tag", one, "shop/web:\(String(repeating: "t", count: 129))", status: 64, saying: "1 to 128")
    try await isdb.refuses(
      "tag", one, "shop/web", "--because", String(repeating: "b", count: 1025), status: 65, saying: "the limit is 1024")
    try await isdb.refuses("tag", "shop/none", "shop/web", status: 66, saying: "there is no tag shop/none:latest")
    try await isdb.refuses("resolve", "web", status: 64, saying: "NAMESPACE/STREAM")
    try await isdb.refuses("resolve", "0123456789ab", status: 64, saying: "is an image")
    try await isdb.refuses("describe", "0123456789ab", status: 66, saying: "no image begins with")
    try await isdb.refuses("history", "shop/web@0123456789ab", status: 64, saying: "is not an image stream tag")
    #expect(try await isdb("tag", one, "shop/web:\(String(repeating: "t", count: 128))").status == 0)
  }
}
