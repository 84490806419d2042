import Foundation
import ImageStreamDB
import TestSupport
import Testing

struct QueryCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  /// shop/web:latest at image one, then at image two, both imported.
  private func prepare() async throws -> [ImageContent] {
    let images = [try ImageFixtures.image("one"), try ImageFixtures.image("two")]
    let store = try ImageStore.open(at: directory.appending("store"))
    defer { store.close() }
    for image in images {
      try await store.write { writer in
        try writer.add(image, repository: "quay.io/shop/web")
        try writer.tag("shop/web:latest", as: .image(image.digest, pullSpec: nil), by: "ann")
      }
    }
    return images
  }

  @Test func `who-uses lists tags and times of an image and of a layer`() async throws {
    let images = try await prepare()
    let run = try await isdb("who-uses", "\(images[0].digest)")
    #expect(cells(run.lines[0]) == ["IMAGE", "BY", "PLATFORM", "TAG", "FROM", "UNTIL", "BECAUSE"])
    #expect(run.lines.count == 2 && run.lines[1].contains("shop/web:latest") && run.lines[1].contains("moved 2"))
    let layer = try #require(images[1].parsedLayer)
    let items = try #require(try await isdb("who-uses", "\(layer)", "-o", "json").json?["items"] as? [[String: Any]])
    #expect(items.map { $0["relation"] as? String } == ["layer"] && items.map { $0["image"] as? String } == ["\(images[1].digest)"])
    #expect(try await isdb("who-uses", "shop/web", "--current").lines.last?.contains("now") == true)
    #expect(try await isdb("who-uses", "sha256:\(String(repeating: "0", count: 64))").output.isEmpty)
    try await isdb.refuses("who-uses", "000000000000", status: 66, saying: "no image begins with")
  }

  @Test func `diff compares two images, and a tag with itself at another time`() async throws {
    let images = try await prepare()
    let lines = try await isdb("diff", "\(images[0].digest)", "shop/web:latest").lines
    #expect(lines.prefix(2) == ["- \(images[0].digest)", "+ \(images[1].digest)"])
    #expect(lines.contains("  labels.name") && lines.contains("    - one") && lines.contains("    + two"))
    #expect(lines.contains("  layers: 0 shared, 1 removed (1.2 kB), 1 added (1.2 kB)"))
    let tag = try await isdb("diff", "shop/web:latest", "--from", "2").lines
    #expect(cells(tag[1]).prefix(2) == ["~", "shop/web:latest"] && tag.contains("- \(images[0].digest)"))
    let json = try await isdb("diff", "shop", "--from", "1", "-o", "json").json
    #expect((json?["items"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["added"])
    #expect(try await isdb("diff", "shop/web", "shop/web:latest").output == "both are \(images[1].digest)\n")
    try await isdb.refuses("diff", "shop/web", status: 64, saying: "give two images, or one scope")
    try await isdb.refuses("diff", "a/b", "c/d", "--from", "2", status: 64, saying: "--from compares one scope")
    try await isdb.refuses("diff", "shop/web", "--from", "99", status: 66, saying: "in the future")
  }
}

extension ImageContent {
  fileprivate var parsedLayer: Digest? {
    guard case .manifest(let manifest) = parsed else { return nil }
    return manifest.layers.first?.digest
  }
}
