import Foundation
import ImageStreamDB
import TestSupport
import Testing

struct ImportCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let layout: String

  init() throws {
    directory = try TemporaryDirectory()
    layout = directory.appending("layout")
    var isdb = Command(store: directory.appending("store"))
    isdb.directory = directory.path
    self.isdb = isdb
  }

  @Test func `a layout's image is imported and described`() async throws {
    let image = try ImageFixtures.image("web")
    try writeLayout([("1.0", image), ("multi", try ImageFixtures.index("web"))], to: layout)
    let run = try await isdb("import", "oci:layout:1.0", "shop/web")
    #expect(run.output == "shop/web:1.0 now points at shop/web@\(image.digest) (revision 2, 1 new image)\n")
    #expect(run.error.isEmpty)
    #expect(try await isdb("import", "\(layout):1.0", "shop/web").output == "shop/web:1.0 points at shop/web@\(image.digest) already\n")
    #expect(try await isdb("import", "./layout:multi", "shop/web:all", "-o", "json").status == 0)

    let lines = try await isdb("describe", "shop/web:1.0").lines
    #expect(lines.contains("Entrypoint:      /bin/web"))
    #expect(lines.contains("Platform:        linux/amd64"))
    #expect(lines.contains("Image Size:      1.2 kB in 1 layer"))
    #expect(lines.contains("Labels:          name=web"))
    #expect(lines.contains("  tagged from oci:\(layout):1.0"))
    let images = try await isdb("list", "images").lines
    #expect(images.count == 4 && images[0].hasPrefix("IMAGE                 PLATFORM      LAYERS   SIZE     CREATED"))
    let byDigest = try #require(try await isdb("describe", "\(image.digest)", "-o", "json").json)
    #expect(byDigest["repository"] == nil && byDigest["layerByteCount"] as? Int == 1234)
    #expect((byDigest["tags"] as? [[String: Any]])?.map { $0["name"] as? String } == ["shop/web:1.0", "shop/web:all"])
    let users = try await isdb("describe", "\(image.digest)").lines.drop { !$0.hasPrefix("Tags:") }
    #expect(users.count == 2 && users.last?.contains("shop/web:all in index sha256:") == true, "\(users)")
  }

  @Test func `a failed import keeps the image and shows in describe until the next success`() async throws {
    let first = try ImageFixtures.image("first")
    try writeLayout([("1.0", first)], to: layout)
    _ = try await isdb("import", "oci:layout:1.0", "shop/web")
    try write(bytes("{}"), to: "\(layout)/index.json")
    try await isdb.refuses("import", "shop/web:1.0", status: 64, saying: layout)
    #expect(try await isdb("resolve", "shop/web:1.0").output == "shop/web@\(first.digest)\n")
    #expect(try await isdb("describe", "shop/web").lines.contains { $0.hasPrefix("  ! error: Import failed (InvalidArgument): \(layout)") })
    #expect(try await isdb("list", "shop/web").lines[1].contains("ImportFailed (InvalidArgument)"))

    let second = try ImageFixtures.image("second")
    try writeLayout([("1.0", second)], to: layout)
    #expect(
      try await isdb("import", "shop/web").output == "shop/web:1.0 now points at shop/web@\(second.digest) (revision 4, 1 new image)\n")
    #expect(!(try await isdb("describe", "shop/web").output.contains("error")))
  }

  @Test func `content that is not what its digest names is refused and nothing is stored`() async throws {
    let image = try ImageFixtures.image("web")
    try writeLayout([("1.0", image)], to: layout)
    let configuration = try #require(image.configuration)
    let digest = Digest(of: configuration)
    try write(configuration + [0x20], to: "\(layout)/\(ImageLayout.blobPath(of: digest))")
    try await isdb.refuses("import", "oci:layout", "shop/web:1.0", status: 65, saying: "\(digest)")
    #expect(try await isdb("list", "images").output.isEmpty)
    try await isdb.refuses("resolve", "shop/web:1.0", status: 66, saying: "has no image yet")
  }

  @Test func `an import of several reports each failure and ends with its status`() async throws {
    try writeLayout([("1.0", try ImageFixtures.image("a")), ("1.1", try ImageFixtures.image("b"))], to: layout)
    for tag in ["1.0", "1.1"] { _ = try await isdb("import", "oci:layout:\(tag)", "shop/web") }
    try writeLayout([("1.1", try ImageFixtures.image("c"))], to: layout)
    let run = try await isdb("import", "shop/web")
    #expect(run.status == 66)
    #expect(run.error.hasPrefix("isdb: shop/web:1.0: ") && run.error.filter(\.isNewline).count == 1, "\(run.error)")
    #expect(run.lines.count == 1 && run.output.hasPrefix("shop/web:1.1 now points at "))
  }

  @Test func `sources that say too little are refused with what to write`() async throws {
    try writeLayout([("1.0", try ImageFixtures.image("a")), ("1.1", try ImageFixtures.image("b"))], to: layout)
    try await isdb.refuses("import", "nginx", status: 64, saying: "docker.io/library/nginx:1.27")
    try await isdb.refuses("import", "library/nginx", "shop/web", status: 64, saying: "docker.io/library/nginx")
    try await isdb.refuses("import", "library/nginx", status: 66, saying: "there is no store at")
    try await isdb.refuses("import", "oci:layout:1.0", status: 64, saying: "name the tag")
    try await isdb.refuses("import", "oci:layout", "shop/web", status: 64, saying: "holds 2 images (1.0, 1.1)")
    try await isdb.refuses("import", "oci:nowhere", "shop/web", status: 66, saying: "there is no image layout at \(directory.path)/nowhere")
    try await isdb.refuses("import", "./layout:1.0", "shop/web", "--all-tags", status: 64, saying: "--all-tags")
    try await isdb.refuses("import", "quay.io/web", status: 64, saying: "name the tag")
    try await isdb.refuses("import", "quay.io/a/B", status: 64, saying: "B")
    try await isdb.refuses("import", "library/nginx", status: 66, saying: "docker.io/library/nginx")
  }
}
