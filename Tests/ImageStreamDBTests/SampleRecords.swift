import ImageRecords
import TestSupport

@testable import ImageStreamDB

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

  /// A JSON text as its writer may have spelt it: on one line, or indented by two or three spaces as Docker does.
  private mutating func spelt(_ json: String) -> String {
    let width = [0, 0, 2, 3].randomElement(using: &random) ?? 0
    if width == 0 { return json }
    var text = ""
    var depth = 0
    var isQuoted = false
    var last: Character = " "
    for character in json {
      if character == "\"", last != "\\" { isQuoted.toggle() }
      last = character
      if isQuoted {
        text.append(character)
        continue
      }
      switch character {
      case "{", "[":
        depth += 1
        text += "\(character)\n" + String(repeating: " ", count: depth * width)
      case "}", "]":
        depth -= 1
        text += "\n" + String(repeating: " ", count: depth * width) + "\(character)"
      case ",": text += ",\n" + String(repeating: " ", count: depth * width)
      case ":": text += ": "
      default: text.append(character)
      }
    }
    return text
  }

  private mutating func layers(_ type: String) -> String {
    (0..<number(1...12)).map { _ in "{\"mediaType\":\"\(type)\",\"size\":\(number(100...90_000_000)),\"digest\":\"\(digest())\"}" }
      .joined(separator: ",")
  }

  private mutating func history() -> String {
    let command = pick([
      "/bin/sh -c #(nop) ADD file:\(digest().hex) in / ", "/bin/sh -c #(nop)  CMD [\\\"bash\\\"]",
      "/bin/sh -c #(nop)  ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "/bin/sh -c #(nop) COPY dir:\(digest().hex) in /app ", "/bin/sh -c #(nop)  EXPOSE 8080",
      "/bin/sh -c set -eux; \\tapt-get update; \\tapt-get install -y --no-install-recommends ca-certificates; "
        + "\\trm -rf /var/lib/apt/lists/*",
      "RUN /bin/sh -c set -eux; \\tapk add --no-cache ca-certificates tzdata # buildkit",
      "RUN /bin/sh -c apt-get update \\u0026\\u0026 apt-get install -y curl \\u0026\\u0026 rm -rf /var/lib/apt/lists/* # buildkit",
      "COPY /src /app # buildkit", "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", "RUN /bin/sh -c npm ci --omit=dev # buildkit",
      "ENV VERSION=\(version())", "WORKDIR /app", "USER 1001", "VOLUME [/data]", "CMD [\\\"node\\\" \\\"server.js\\\"]",
      "ENTRYPOINT [\\\"/usr/bin/\(word())\\\"]", "EXPOSE map[8080/tcp:{}]", "LABEL maintainer=\(word())@example.com",
    ])
    let comment = random.oneIn(3) ? "" : ",\"comment\":\"buildkit.dockerfile.v0\""
    let empty = random.oneIn(2) ? ",\"empty_layer\":true" : ""
    return "{\"created\":\"\(time())\",\"created_by\":\"\(command)\"\(comment)\(empty)}"
  }

  private mutating func configurationText() -> String {
    let labels = labels().map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
    let environment = environment().map { "\"\($0)\"" }.joined(separator: ",")
    let layers = number(1...12)
    let steps = (0..<layers + number(0...6)).map { _ in history() }.joined(separator: ",")
    let diffs = (0..<layers).map { _ in "\"\(digest())\"" }.joined(separator: ",")
    let execution =
      random.oneIn(3)
      ? """
      "Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"ExposedPorts":{"8080/tcp":{}},\
      "Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":[\(environment)],"Cmd":["/bin/sh"],"Image":"\(digest())","Volumes":null,\
      "WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{\(labels)}
      """
      : """
      "ExposedPorts":{"8080/tcp":{}},"Env":[\(environment)],"Entrypoint":["/usr/bin/\(word())"],"Cmd":["serve"],"User":"1001",\
      "Volumes":{"/data":{}},"WorkingDir":"/app","Labels":{\(labels)},"ArgsEscaped":true,"StopSignal":"SIGTERM"
      """
    let variant = random.oneIn(4) ? ",\"variant\":\"v8\"" : ""
    return """
      {"architecture":"\(architecture())","config":{\(execution)},"created":"\(time())","docker_version":"\(version())",\
      "history":[\(steps)],"os":"linux","rootfs":{"type":"layers","diff_ids":[\(diffs)]}\(variant)}
      """
  }

  private mutating func manifestText(of configuration: String) -> String {
    let isOCI = random.oneIn(2)
    let (type, configurationType, layerType) =
      isOCI
      ? (
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip"
      )
      : (
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip"
      )
    let remarks = isOCI && random.oneIn(2) ? ",\"annotations\":{\(annotations())}" : ""
    return spelt(
      """
      {"schemaVersion":2,"mediaType":"\(type)","config":{"mediaType":"\(configurationType)","size":\(configuration.utf8.count),\
      "digest":"\(Digest(of: Array(configuration.utf8)))"},"layers":[\(layers(layerType))]\(remarks)}
      """)
  }

  private mutating func annotations() -> String {
    let repository = repository()
    return """
      "com.docker.official-images.bashbrew.arch":"\(architecture())","org.opencontainers.image.base.digest":"\(digest())",\
      "org.opencontainers.image.base.name":"\(repository):\(version())","org.opencontainers.image.created":"\(time())",\
      "org.opencontainers.image.revision":"\(digest().hex.prefix(40))","org.opencontainers.image.source":"https://github.com/\(word())/\(word()).git",\
      "org.opencontainers.image.url":"https://hub.docker.com/_/\(word())","org.opencontainers.image.version":"\(version())"
      """
  }

  private mutating func indexText() -> String {
    let isOCI = !random.oneIn(3)
    let type = isOCI ? "application/vnd.oci.image.manifest.v1+json" : "application/vnd.docker.distribution.manifest.v2+json"
    let entries = (0..<number(1...8)).map { _ in
      let image = digest()
      let variant = random.oneIn(3) ? ",\"variant\":\"\(pick(["v5", "v6", "v7", "v8"]))\"" : ""
      let platform = "\"platform\":{\"architecture\":\"\(architecture())\",\"os\":\"linux\"\(variant)}"
      let remarks = isOCI && random.oneIn(3) ? "\"annotations\":{\(annotations())}," : ""
      let entry = "{\(remarks)\"mediaType\":\"\(type)\",\"digest\":\"\(image)\",\"size\":\(number(400...3000)),\(platform)}"
      guard isOCI, random.oneIn(2) else { return entry }
      return entry + """
        ,{"annotations":{"vnd.docker.reference.digest":"\(image)","vnd.docker.reference.type":"attestation-manifest"},"mediaType":"\(type)",\
        "digest":"\(digest())","size":\(number(400...900)),"platform":{"architecture":"unknown","os":"unknown"}}
        """
    }
    let indexType = isOCI ? "application/vnd.oci.image.index.v1+json" : "application/vnd.docker.distribution.manifest.list.v2+json"
    return spelt(#"{"schemaVersion":2,"mediaType":"\#(indexType)","manifests":[\#(entries.joined(separator: ","))]}"#)
  }

  /// The bytes of a manifest or an index.
  mutating func manifest() -> [UInt8] { bytes(random.oneIn(3) ? indexText() : manifestText(of: configurationText())) }

  /// The bytes of a configuration.
  mutating func configuration() -> [UInt8] { bytes(configurationText()) }

  /// An image record.
  mutating func image() -> [UInt8] {
    let text = configurationText()
    let configuration = bytes(text)
    let manifest = bytes(random.oneIn(6) ? indexText() : manifestText(of: text))
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
    record.spec.kind = .sourceRegistryImage
    record.spec.source = event.source
    record.spec.generation = event.generation
    if event.cause == .causeImport {
      record.spec.scheduled = random.oneIn(2)
      record.importCondition.succeeded = !random.oneIn(5)
      record.importCondition.time = event.created
      if !record.importCondition.succeeded {
        record.importCondition.reason = pick(["NotFound", "Unauthorized", "Unavailable"])
        record.importCondition.message = "\(event.source) was not found in the registry"
      }
    }
    return (try? RecordCoding.encode(record)) ?? []
  }
}
