import Foundation
import TestSupport
import Testing

struct ListAndDescribeTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"
  private let two = "\(ImageFixtures.reference("two"))"

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `streams, tags and images are listed`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "shop/web:1.1", "base/os:12")
    #expect(
      try await isdb("list").lines.map { cells($0).prefix(2) } == [["NAME", "TAGS"], ["base/os", "12"], ["shop/web", "1.0,1.1"]])
    #expect(try await isdb("list", "streams", "shop").lines.count == 2)
    #expect(
      try await isdb("ls", "shop/web").lines.map { withoutAge($0) }
        == (try await isdb("list", "tags", "shop/web").lines.map { withoutAge($0) }))
    #expect(
      try await isdb("list", "tags", "base").lines.map { withoutAge($0) } == [
        "NAME UPDATED HISTORY STATUS PULL SPEC",
        "base/os:12 AGE 1 \(one)",
      ])
    let streams = try #require(try await isdb("list", "-o", "json").json)
    #expect((streams["items"] as? [[String: Any]])?.map { $0["name"] as? String } == ["base/os", "shop/web"])
    #expect(streams["hasMore"] as? Bool == false)
    #expect(try await isdb("list", "--limit", "1", "-o", "json").json?["hasMore"] as? Bool == true)
    let none = try await isdb("list", "images")
    #expect(none.output.isEmpty && none.error.isEmpty && none.status == 0)
    #expect(try await isdb("list", "--at", "1").output.isEmpty)
    try await isdb.refuses("list", "shop/none", status: 66, saying: "there is no stream shop/none")
    try await isdb.refuses("list", "images", "--limit", "-2", status: 64, saying: "--limit")
  }

  @Test func `a list of many tags is cut`() async throws {
    _ = try await isdb(["tag", one] + (1...30).map { "shop/web:release-\($0)" })
    let line = try #require(try await isdb("list").lines.last)
    #expect(cells(line)[1].hasSuffix(" + 27 more"), "\(line)")
  }

  @Test func `a stream is described as oc describes it`() async throws {
    _ = try await isdb("tag", one, "shop/web", "shop/web:beta", "shop/web:1.9", "shop/web:1.10", "--by", "ann")
    _ = try await isdb("tag", two, "shop/web", "--by", "ann", "--because", "build 4711")
    let lines = try await isdb("describe", "shop/web").lines
    #expect(
      lines.prefix(15).map { withoutAge($0) } == [
        "Name: web",
        "Namespace: shop",
        "Created: AGE",
        "Image Lookup: local=false",
        "Unique Images: 2",
        "Tags: 4",
        "",
        "latest",
        " tagged from \(two)",
        "",
        " * \(two)",
        " AGE, tag by ann: build 4711",
        "",
        " \(one)",
        " AGE, tag by ann",
      ])
    #expect(lines.filter { ["latest", "1.10", "1.9", "beta"].contains($0) } == ["latest", "1.10", "1.9", "beta"])
    let before = try await isdb("describe", "shop/web", "--at", "2").lines
    #expect(!before.contains { $0.contains(two) } && before.contains("  * \(one)"))
    try await isdb.refuses("describe", "shop/none", status: 66, saying: "there is no stream shop/none")
    try await isdb.refuses("describe", "shop/web:none", status: 66, saying: "there is no tag shop/web:none")
  }

  @Test func `tags that only repeat another one are named beside it, unless they are held`() async throws {
    _ = try await isdb("tag", one, "shop/web:5.2")
    _ = try await isdb("tag", "shop/web:5.2", "shop/web:latest", "shop/web:stable", "--follow")
    #expect(try await isdb("describe", "shop/web").lines.contains("5.2 (latest, stable)"))
    _ = try await isdb("hold", "shop/web:stable")
    let lines = try await isdb("describe", "shop/web").lines
    #expect(lines.contains("5.2 (latest)") && lines.contains("stable") && lines.contains("  updates automatically from 5.2"))
  }

  @Test func `history tells how long each image was served`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    _ = try await isdb("tag", two, "shop/web")
    let lines = try await isdb("history", "shop/web").lines
    #expect(lines.first?.contains("SERVED") == true && lines[1].contains(", now") && !lines[2].contains(", now"))
    #expect(try await isdb("history", "shop/web", "--before", "2", "-o", "json").output.contains("\"sequence\": 1"))
  }

  @Test func `a list goes on with what changes`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0")
    let running = try isdb.start(["list", "tags", "shop", "--watch"])
    await running.wait { [one] output, _ in output.contains(one) }
    _ = try await isdb("tag", two, "shop/web:1.1")
    await running.wait { [two] output, _ in output.contains(two) }
    _ = try await isdb("untag", "shop/web:1.0")
    await running.wait { output, _ in output.contains("removed") }
    running.send(SIGINT)
    #expect(await running.finish().status == 130)
  }

  @Test func `an image known by its address only is described as far as it goes`() async throws {
    _ = try await isdb("tag", one, "shop/web", "shop/web:old")
    _ = try await isdb("tag", two, "shop/web")
    let digest = String(one.split(separator: "@")[1])
    let lines = try await isdb("describe", "shop/web@\(digest.dropFirst(7).prefix(12))").lines
    #expect(
      lines == [
        "Image Name:   \(digest)",
        "Pull Spec:    \(one)",
        "Metadata:     not imported; isdb import fetches it",
        "Tags:         shop/web:old",
        "Formerly:     shop/web:latest",
      ])
  }
}
