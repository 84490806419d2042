import Foundation
import ImageRecords
import TestSupport
import Testing
import Zstd

@testable import ImageStreamDB

/// Makes Sources/ImageStreamDB/Coding/BuiltInDictionaries+Generated.swift anew, from samples that are made up here: `scripts/train-dictionaries` runs it.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ISDB_TRAIN_DICTIONARIES"] != nil, "only scripts/train-dictionaries trains"))
struct DictionaryTraining {
  @Test func `train the built-in dictionaries`() throws {
    var samples = SampleRecords(seed: 20_260_101)
    let sets: [(identifier: Int, name: String, prefixes: [String], bytes: Int, samples: [[UInt8]])] = [
      (1, "images", [Keyspace.images], 8 << 10, (0..<1500).map { _ in samples.image() }),
      (
        2, "tags", [Keyspace.tags, Keyspace.events, Keyspace.references, Keyspace.deliveries], 4 << 10,
        (0..<3000).map { _ in samples.tag() }
      ),
      (3, "blobs", [Keyspace.blobs], 16 << 10, (0..<1500).map { _ in samples.blob() }),
    ]
    var text = """
      // Made by scripts/train-dictionaries. Do not edit.
      // swift-format-ignore-file

      extension BuiltInDictionaries {
        /// Dictionary, what it is for, the beginnings of the keys whose values it compresses, and its bytes in base 64.
        static let trained: [(identifier: UInt32, name: String, keyPrefixes: [String], base64: String)] = [

      """
    for set in sets {
      let dictionary = try Zstd.trainDictionary(from: set.samples, maximumByteCount: set.bytes, id: UInt32(set.identifier))
      let lines = Data(dictionary).base64EncodedString(options: .lineLength76Characters).split(whereSeparator: \.isNewline)
      text += "    (\(set.identifier), \"\(set.name)\", \(set.prefixes), \"\"\"\n"
      text += String(lines.map { "      \($0)\\\n" }.joined().dropLast(2))
      text += "\n      \"\"\"),\n"
    }
    text += "  ]\n}\n"
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try Data(text.utf8).write(to: root.appendingPathComponent("Sources/ImageStreamDB/Coding/BuiltInDictionaries+Generated.swift"))
  }
}

/// Made-up records in the shape of real ones: real field names, templates and sizes, with random digests, names and numbers.
struct SampleRecords {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func digest() -> Digest {
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    return Digest(of: bytes)
  }

  private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func time() -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "202\(number(2...6))-\(two(number(1...12)))-\(two(number(1...28)))T\(two(number(0...23))):\(two(number(0...59))):\(two(number(0...59)))"
      + (random.oneIn(2) ? "Z" : ".\(number(100_000_000...999_999_999))Z")
  }

  private mutating func version() -> String { "\(number(0...20)).\(number(0...30)).\(number(0...12))" }

  private mutating func word() -> String {
    pick([
      "web", "api", "worker", "frontend", "backend", "gateway", "auth", "billing", "search", "cache", "proxy", "nginx", "redis", "postgres",
      "python", "node", "builder",
    ])
  }

  private mutating func repository() -> String {
    pick(["quay.io", "docker.io", "ghcr.io", "registry.redhat.io", "registry.access.redhat.com", "localhost:5000", "registry.example.com"])
      + "/" + pick(["library", "shop", "ubi9", "openshift", "acme", "platform", "team"]) + "/" + word()
  }

  private mutating func architecture() -> String { pick(["amd64", "amd64", "arm64", "arm", "s390x", "ppc64le"]) }

  private mutating func environment() -> [String] {
    ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
      + [
        "LANG=C.UTF-8", "HOME=/opt/app-root/src", "container=oci", "NODE_VERSION=\(version())", "PYTHON_VERSION=\(version())", "GOPATH=/go",
      ].filter { _ in
        random.oneIn(2)
      }
  }

  private mutating func labels() -> [(String, String)] {
    let all = [
      ("org.opencontainers.image.created", time()), ("org.opencontainers.image.version", version()),
      ("org.opencontainers.image.revision", String(digest().hex.prefix(40))), ("org.opencontainers.image.title", word()),
      ("org.opencontainers.image.source", "https://github.com/\(word())/\(word())"), ("org.opencontainers.image.licenses", "Apache-2.0"),
      ("maintainer", "\(word())@example.com"), ("io.k8s.description", "The \(word()) service"), ("io.k8s.display-name", word()),
      ("io.openshift.tags", "\(word()),\(word())"), ("com.redhat.component", "\(word())-container"),
      ("vcs-ref", String(digest().hex.prefix(40))),
      ("vendor", "Example, Inc."), ("release", "\(number(1...900))"), ("build-date", time()),
    ]
    return all.filter { _ in random.oneIn(2) }
  }

  private mutating func layers() -> String {
    let type = pick(["application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip"])
    return (0..<number(1...12)).map { _ in "{\"mediaType\":\"\(type)\",\"size\":\(number(100...90_000_000)),\"digest\":\"\(digest())\"}" }
      .joined(separator: ",")
  }

  private mutating func configuration() -> String {
    let labels = labels().map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
    let environment = environment().map { "\"\($0)\"" }.joined(separator: ",")
    let layers = number(1...12)
    let history = (0..<layers).map { index in
      let command = pick([
        "/bin/sh -c #(nop) ADD file:\(digest().hex) in / ",
        "/bin/sh -c apt-get update && apt-get install -y --no-install-recommends ca-certificates curl",
        "COPY /src /app # buildkit", "RUN /bin/sh -c npm ci --omit=dev # buildkit", "ENV VERSION=\(version())", "WORKDIR /app",
        "CMD [\\\"node\\\" \\\"server.js\\\"]",
        "ENTRYPOINT [\\\"/usr/bin/\(word())\\\"]", "EXPOSE map[8080/tcp:{}]",
      ])
      let empty = index > 2 && random.oneIn(2) ? ",\"empty_layer\":true" : ""
      return "{\"created\":\"\(time())\",\"created_by\":\"\(command)\",\"comment\":\"buildkit.dockerfile.v0\"\(empty)}"
    }
    let diffs = (0..<layers).map { _ in "\"\(digest())\"" }.joined(separator: ",")
    return """
      {"architecture":"\(architecture())","config":{"ExposedPorts":{"8080/tcp":{}},"Env":[\(environment)],"Entrypoint":["/usr/bin/\(word())"],\
      "Cmd":["serve"],"User":"1001","WorkingDir":"/app","Labels":{\(labels)},"ArgsEscaped":true},"created":"\(time())",\
      "history":[\(history.joined(separator: ","))],"os":"linux","rootfs":{"type":"layers","diff_ids":[\(diffs)]}}
      """
  }

  private mutating func manifest(configuration: String) -> String {
    let (type, configurationType) =
      random.oneIn(2)
      ? ("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json")
      : ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.container.image.v1+json")
    return """
      {"schemaVersion":2,"mediaType":"\(type)","config":{"mediaType":"\(configurationType)","size":\(configuration.utf8.count),\
      "digest":"\(Digest(of: Array(configuration.utf8)))"},"layers":[\(layers())]}
      """
  }

  private mutating func index() -> String {
    let entries = (0..<number(1...8)).map { _ in
      """
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":\(number(400...3000)),"digest":"\(digest())",\
      "platform":{"architecture":"\(architecture())","os":"linux"}}
      """
    }
    return #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\#(entries.joined(separator: ","))]}"#
  }

  /// The bytes of a manifest, an index or a configuration.
  mutating func blob() -> [UInt8] {
    let configuration = configuration()
    switch number(0...4) {
    case 0: return bytes(index())
    case 1, 2: return bytes(manifest(configuration: configuration))
    default: return bytes(configuration)
    }
  }

  /// An image record.
  mutating func image() -> [UInt8] {
    let configuration = bytes(configuration())
    let manifest = bytes(random.oneIn(6) ? index() : manifest(configuration: String(decoding: configuration, as: UTF8.self)))
    let content =
      (try? ImageContent(manifest: manifest, configuration: configuration)) ?? (try? ImageContent(manifest: manifest, children: []))
    guard let content, let record = try? RecordCoding.encode(Isdb_V1_ImageRecord(content, repository: repository())) else { return [] }
    return record
  }

  /// A tag record, an event or a reference.
  mutating func tag() -> [UInt8] {
    var event = Isdb_V1_TagEventRecord()
    let image = digest()
    let repository = repository()
    event.sequence = Int64(number(1...300))
    event.image = image.description
    event.pullSpec = "\(repository)@\(image)"
    event.created = 1_767_225_600_000 + Int64(number(0...40_000_000)) * 1000
    event.revision = Int64(number(2...1_000_000))
    event.generation = event.sequence
    event.by = pick(["ci", "jenkins", "alice", "bob", "root", "github-actions", ""])
    event.because = pick(["build \(number(1...9999))", "release \(version())", "nightly", "promoted from staging", "500s since 14:02", ""])
    event.cause = [.causeTag, .causeImport, .causeRollback].randomElement(using: &random) ?? .causeTag
    event.source = "\(repository):\(version())"
    if random.oneIn(2) { return (try? RecordCoding.encode(event)) ?? [] }
    var record = Isdb_V1_TagRecord()
    record.newest = event
    record.eventCount = event.sequence
    record.nextSequence = event.sequence + 1
    record.generation = event.generation
    if event.cause == .causeImport {
      record.importSource.reference = event.source
      record.importCondition.succeeded = !random.oneIn(5)
      record.importCondition.time = event.created
      if !record.importCondition.succeeded {
        record.importCondition.reason = pick(["NotFound", "Unauthorized", "Unavailable"])
        record.importCondition.message = "\(record.importSource.reference) was not found in the registry"
      }
    }
    return (try? RecordCoding.encode(record)) ?? []
  }
}
