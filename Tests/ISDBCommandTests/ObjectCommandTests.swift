import Foundation
import TestSupport
import Testing

struct ObjectCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"

  private static let stream = """
    apiVersion: image.openshift.io/v1
    kind: ImageStream
    metadata:
      name: web
      namespace: shop
    spec:
      lookupPolicy: {local: true}
      tags:
      - name: stable
        from: {kind: ImageStreamTag, name: base:1}
      - name: latest
        from: {kind: DockerImage, name: quay.io/shop/web:1}

    """

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  private func write(_ text: String, _ name: String) throws -> String {
    let path = directory.appending(name)
    try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `a stream is applied, and applied again without a change`() async throws {
    let file = try write(Self.stream, "web.yaml")
    _ = try await isdb("tag", one, "shop/base:1")
    #expect(try await isdb("apply", "-f", file).output == "imagestream shop/web created\n")
    #expect(try await isdb("resolve", "shop/web:stable").output == "\(one)\n")
    #expect(try await isdb("apply", "-f", "-", input: Self.stream).output == "imagestream shop/web unchanged\n")
    let changed = Self.stream.replacing("local: true", with: "local: false")
    #expect(try await isdb("apply", "-f", "-", "--dry-run", input: changed).output == "imagestream shop/web configured (dry run)\n")
    #expect(try await isdb("apply", "-f", "-", input: Self.stream).output == "imagestream shop/web unchanged\n")
    #expect(try await isdb("apply", "-f", "-", input: changed).output == "imagestream shop/web configured\n")
  }

  @Test func `what is exported is applied without a change, and a list of everything makes the same store again`() async throws {
    _ = try await isdb("tag", one, "shop/base:1")
    _ = try await isdb("apply", "-f", "-", input: Self.stream)
    for format in ["json", "yaml"] {
      let text = try await isdb("export", "shop/web", "-o", format).output
      #expect(text.contains("image.openshift.io/v1"))
      #expect(try await isdb("apply", "-f", "-", input: text).output == "imagestream shop/web unchanged\n")
    }
    let all = try await isdb("export", "--spec-only").output
    let other = Command(store: directory.appending("other"))
    #expect(try await other("apply", "-f", "-", input: all).output == "imagestream shop/base created\nimagestream shop/web created\n")
    #expect(try await other("export", "--spec-only").output == all)
  }

  @Test func `an export that is older than the stream is refused`() async throws {
    _ = try await isdb("tag", one, "shop/base:1")
    let old = try await isdb("export", "shop/base").output
    _ = try await isdb("tag", "\(ImageFixtures.reference("two"))", "shop/base:1")
    let run = try await isdb("apply", "-f", "-", input: old)
    #expect(run.status == 73)
    #expect(run.error.contains("the object has been modified"))
  }

  @Test func `files of a directory are applied by name, those below it when asked to`() async throws {
    for name in ["b.yaml", "a.json", "below/c.yml", "note.txt"] {
      let text = Self.stream.replacing("name: web", with: "name: \(name.prefix { $0 != "." }.split(separator: "/").last ?? "")")
      _ = try write(
        text.replacing("      - name: stable\n        from: {kind: ImageStreamTag, name: base:1}\n", with: ""), "objects/\(name)")
    }
    _ = try write(
      #"{"kind":"ImageStream","apiVersion":"image.openshift.io/v1","metadata":{"name":"a","namespace":"shop"}}"#, "objects/a.json")
    let path = directory.appending("objects")
    _ = try await isdb("tag", one, "shop/base:1")
    #expect(try await isdb("apply", "-f", path).lines == ["imagestream shop/a created", "imagestream shop/b created"])
    #expect(
      try await isdb("apply", "-R", "-f", path).lines
        == ["imagestream shop/a unchanged", "imagestream shop/b unchanged", "imagestream shop/c created"])
  }

  @Test func `nothing is applied when one file is no object, and a refused object stops no other`() async throws {
    _ = try await isdb("tag", one, "shop/base:1")
    let good = try write(Self.stream, "good.yaml")
    let bad = try write(Self.stream.replacing("name: latest", with: "name: 1.10"), "bad.yaml")
    try await isdb.refuses(
      "apply", "-f", good, "-f", bad, status: 64,
      saying: "bad.yaml: spec.tags[1].name: it is the number 1.10 and must be a string; put it in quotation marks")
    try await isdb.refuses("resolve", "shop/web:stable", status: 66, saying: "there is no tag")
    let broken = try write(Self.stream.replacing("name: web", with: "name: Web"), "broken.yaml")
    let run = try await isdb("apply", "-f", broken, "-f", good)
    #expect(run.status == 64)
    #expect(run.output == "imagestream shop/web created\n")
    #expect(run.error.contains("metadata.name: Invalid value: \"Web\""))
  }

  @Test func `an object without a namespace takes the one that is said`() async throws {
    let text = Self.stream.replacing("  namespace: shop\n", with: "").replacing("base:1", with: "web:latest")
    try await isdb.refuses("apply", "-f", try write(text, "web.yaml"), status: 64, saying: "names no namespace")
    #expect(try await isdb("apply", "-n", "other", "-f", "-", input: text).output == "imagestream other/web created\n")
    try await isdb.refuses("export", "other/none", status: 66, saying: "there is no image stream other/none")
    try await isdb.refuses("export", "other/web:latest", status: 64, saying: "streams are exported whole")
  }

  @Test func `a field that nobody knows is warned of`() async throws {
    let run = try await isdb("apply", "-f", "-", input: Self.stream.replacing("base:1", with: "web:latest") + "  extra: 1\n")
    #expect(run.output == "imagestream shop/web created\n")
    #expect(run.error == "isdb: warning: standard input: unknown field \"spec.extra\"\n")
  }
}
