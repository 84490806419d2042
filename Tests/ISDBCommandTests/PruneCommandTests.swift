import Foundation
import TestSupport
import Testing

struct PruneCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  private func move(_ names: String...) async throws {
    for name in names { _ = try await isdb("tag", "\(ImageFixtures.reference(name))", "shop/web") }
  }

  @Test func `a dry run says what would go and why, and a confirmed run does it`() async throws {
    try await move("a", "b", "c")
    let dry = try await isdb("prune", "--keep-younger-than", "0s", "--keep-tag-revisions", "2")
    #expect(
      dry.output == """
        would remove event 1 of shop/web:latest: it is older than 0s and not among the tag's 2 newest
        would remove 1 event; add --confirm to remove them

        """)
    #expect(try await isdb("history", "shop/web").lines.count == 4)
    let done = try await isdb("prune", "--keep-younger-than", "0s", "--keep-tag-revisions", "2", "--confirm")
    #expect(done.status == 0 && done.lines.last == "removed 1 event")
    #expect(try await isdb("history", "shop/web").lines.count == 3)
    #expect(try await isdb("prune", "shop").output == "nothing to remove\n")
    #expect(try await isdb("prune", "--show-kept").lines.first == "keep tag shop/web:latest: its stream is younger than 1h")
  }

  @Test func `decisions for programs come one a line, and the counts last`() async throws {
    try await move("a", "b")
    let run = try await isdb("prune", "--keep-younger-than", "0s", "--keep-tag-revisions", "1", "-o", "json")
    let documents = try run.lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    #expect(documents.map { $0["verdict"] as? String } == ["remove", "keep", nil])
    #expect((documents.last?["summary"] as? [String: Any])?["events"] as? Int == 1)
  }

  @Test func `what an object uses is registered, listed, kept and forgotten`() async throws {
    try await move("a", "b")
    let image = "\(ImageFixtures.reference("a"))"
    #expect(
      try await isdb("use", "add", "deployment/shop/web", image, "shop/web").output.hasPrefix(
        "deployment/shop/web uses shop/web:latest, quay.io"))
    #expect(try await isdb("use", "list").lines.dropFirst().map { cells($0)[0] } == ["deployment/shop/web"])
    #expect(try await isdb("prune", "--keep-younger-than", "0s", "--keep-tag-revisions", "1").output == "nothing to remove\n")
    #expect(try await isdb("use", "remove", "deployment/shop/web").output == "deployment/shop/web uses nothing any more\n")
    try await isdb.refuses("use", "remove", "deployment/shop/web", status: 66, saying: "nothing is registered")
    try await isdb.refuses("use", "add", "web", image, status: 64, saying: "kind/namespace/name")
  }

  @Test func `what cannot be judged is told of, and is the exit status`() async throws {
    try await move("a", "b")
    _ = try await isdb("use", "add", "pod/shop/bad", "quay.io/Not A Reference")
    let run = try await isdb("prune", "--keep-younger-than", "0s", "--keep-tag-revisions", "1", "--confirm")
    #expect(run.status == 65 && run.lines.first?.hasPrefix("! use by pod/shop/bad: ") == true && run.lines.last == "removed 1 event")
    #expect(run.error.contains("1 objects could not be judged"))
  }

  @Test func `sizes and ages exclude each other`() async throws {
    try await move("a")
    try await isdb.refuses("prune", "--over-size", "1MB", "--keep-tag-revisions", "1", status: 64, saying: "--over-size goes by size alone")
    try await isdb.refuses("prune", "--over-size", "big", status: 64, saying: "is not a size")
    try await isdb.refuses("prune", "--keep-younger-than", "soon", status: 64, saying: "is not a length of time")
    try await isdb.refuses("prune", "--keep-tag-revisions=-1", status: 64, saying: "give 0 or more")
    #expect(try await isdb("prune", "--over-size", "shop=64Mi", "--over-size", "1.5GB").output == "nothing to remove\n")
  }
}
