import Foundation
import TestSupport
import Testing

struct WatchCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"
  private let two = "\(ImageFixtures.reference("two"))"

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `moves, removals and failed imports are told in order`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "--by", "ann")
    _ = try await isdb("tag", two, "shop/web:1.0", "--by", "ann", "--because", "build 4711")
    _ = try await isdb("rollback", "shop/web:1.0", "--by", "ann")
    _ = try await isdb("import", "oci:/nowhere", "shop/web:1.0")
    _ = try await isdb("untag", "shop/web:1.0")
    let lines = try await isdb("watch", "--after", "1", "--limit", "5").lines
    #expect(
      lines == [
        "2 shop/web:1.0 \(one) (tag by ann)",
        "3 shop/web:1.0 \(two) (tag by ann: build 4711)",
        "4 shop/web:1.0 \(one) (rollback by ann)",
        "5 shop/web:1.0 import failed (NotFound): there is no image layout at /nowhere; name a directory with an oci-layout file, "
          + "or a tar archive of one",
        "6 shop/web:1.0 removed",
      ])
    let json = try await isdb("watch", "shop/web:1.0", "--after", "2", "--limit", "1", "-o", "json")
    #expect(json.lines.count == 1)
    #expect(json.json?["type"] as? String == "moved")
    #expect((json.json?["previous"] as? [String: Any])?["pullSpec"] as? String == one)
  }

  @Test func `a watch is about its scope alone`() async throws {
    _ = try await isdb("tag", one, "shop/web:1.0", "shop/api:1.0", "other/web:1.0")
    for (scope, count) in [("shop/web", 1), ("shop/web:1.0", 1), ("shop", 2), ("*", 3)] {
      let run = try await isdb("watch", scope, "--after", "1", "--limit", "\(count)")
      #expect(run.lines.count == count && run.lines.allSatisfy { scope == "*" || $0.contains(" \(scope)") }, "\(run.output)")
    }
    try await isdb.refuses("watch", "Shop", status: 64, saying: "is not a scope")
    try await isdb.refuses("watch", "--store", directory.appending("none"), status: 66, saying: "there is no store at")
  }

  @Test func `a watch sees what another process tags, and ends without a word`() async throws {
    _ = try await isdb("tag", one, "shop/web")
    let watch = try isdb.start(["watch", "shop/web", "--after", "1"])
    await watch.wait { output, _ in output.contains(one) }
    _ = try await isdb("tag", two, "shop/web")
    await watch.wait { output, _ in output.contains(two) }
    watch.send(SIGINT)
    let run = await watch.finish()
    #expect(run.lines.count == 2 && run.error.isEmpty && run.status == 130)
  }
}
