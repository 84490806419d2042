import OCI
import Testing

@Suite struct ReferenceTests {
  static let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let full: String
    var testDescription: String { text }
    init(_ text: String, _ full: String) {
      self.text = text
      self.full = full
    }
  }

  @Test(arguments: [
    Case("nginx", "docker.io/library/nginx"), Case("nginx:1.25", "docker.io/library/nginx:1.25"),
    Case("bitnami/nginx", "docker.io/bitnami/nginx"), Case("a/b/c", "docker.io/a/b/c"),
    Case("docker.io/nginx", "docker.io/library/nginx"), Case("index.docker.io/nginx", "docker.io/library/nginx"),
    Case("registry-1.docker.io/library/nginx:x", "docker.io/library/nginx:x"), Case("rocket.chat:6", "docker.io/library/rocket.chat:6"),
    Case("quay.io/ns/app:v1@sha256:\(hex)", "quay.io/ns/app:v1@sha256:\(hex)"), Case("quay.io/app", "quay.io/app"),
    Case("Quay.IO/app", "quay.io/app"), Case("localhost/app", "localhost/app"), Case("localhost:5000/app:tag", "localhost:5000/app:tag"),
    Case("myhost:5000/app", "myhost:5000/app"), Case("myhost/app", "docker.io/myhost/app"), Case("127.0.0.1:5000/a", "127.0.0.1:5000/a"),
    Case("localhostfoo/app", "docker.io/localhostfoo/app"), Case("a__b/c--d/e.f/g_h", "docker.io/a__b/c--d/e.f/g_h"),
    Case("app:_tag", "docker.io/library/app:_tag"), Case("sha256:v1", "docker.io/library/sha256:v1"),
    Case("my-registry.example.com:443/a/b", "my-registry.example.com:443/a/b"), Case("xn--n3h.com/app", "xn--n3h.com/app"),
    Case("app@sha256:\(hex)", "docker.io/library/app@sha256:\(hex)"), Case("a.b/c", "a.b/c"),
  ])
  func `a name without a registry belongs to Docker Hub, and the rest stays`(item: Case) throws {
    let reference = try Reference(item.text)
    #expect(reference.description == item.full)
    #expect(reference.spelling == item.text)
    let again = try Reference(reference.description)
    #expect(again == reference)
    #expect(again.hashValue == reference.hashValue)
  }

  @Test(
    arguments: [
      "", " nginx", "nginx ", "nginx:", "nginx:tag:tag", "Nginx", "quay.io/Ns/app", "FOO/bar", "a//b", "/a", "a/", "quay.io/", "-a", "a-",
      "a_", "a..b",
      "a___b", "a._b", "a/-b", "nginx:-tag", "nginx:.tag", "nginx:täg", "nginx@", "nginx@sha256:", "nginx@sha256:\(hex.uppercased())",
      "nginx@md5:d41d8cd98f00b204e9800998ecf8427e", "nginx@sha256:\(hex)@sha256:\(hex)", "@sha256:\(hex)", ":tag", "https://quay.io/app",
      "sha256:\(hex)", "sha256:\(hex.uppercased())", "sha256:\(hex.prefix(12))", "sha512:\(hex)\(hex)", hex, "localhost", "localhost:5000",
      "LOCALHOST:5000", "host:0/app", "host:65536/app", "host:080/app", "host:/app", "host:port/app", "host:1:2/app", "-host.com/app",
      "host-.com/app", "host..com/app", ".com/app", "ho_st.com/app", "[::1]:5000/app", "a\u{0}b", "app:tag\n", "docker.io/",
      "../../etc/passwd", "quay.io/../app", "quay.io/a%2fb", "user:pass@quay.io/app",
    ] as [String])
  func `what the grammar does not allow is refused`(text: String) {
    let error = #expect(throws: OCIError.self) { try Reference(text) }
    #expect(error?.code == .invalidReference || error?.code == .invalidDigest)
  }

  /// A literal inside `Reference(…)` would be the literal's initialiser, which traps.
  private func refusalOf(_ text: String) -> OCIError? { refusal { try Reference(text) } }

  @Test func `a refusal says what to write instead`() {
    #expect(refusalOf("Nginx")?.message.contains("lower case") == true)
    #expect(refusalOf("sha256:" + Self.hex)?.message.contains("digest without a repository") == true)
    #expect(refusalOf("localhost:5000")?.message.contains("localhost:5000/app") == true)
    #expect(refusalOf("http://a.b/c")?.message.contains("scheme") == true)
  }

  @Test func `names up to 255 characters and tags up to 128 are accepted`() throws {
    let name = "quay.io/" + String(repeating: "a", count: 247)
    #expect(try Reference(name).name.utf8.count == Reference.maximumNameLength)
    #expect(throws: OCIError.self) { try Reference(name + "a") }
    let tag = String(repeating: "t", count: 128)
    #expect(try Reference("a:" + tag).tag == tag)
    #expect(throws: OCIError.self) { try Reference("a:" + tag + "t") }
    #expect(throws: OCIError.self) { try Reference(String(repeating: "a", count: 100_000)) }
    // Without a registry the full name counts: docker.io/library/ has 18 characters.
    #expect(throws: OCIError.self) { try Reference(String(repeating: "a", count: 238)) }
    #expect(try Reference(String(repeating: "a", count: 237)).name.utf8.count == 255)
  }

  @Test func `a reference comes apart and goes together`() throws {
    let reference: Reference = "Host.example:5000/ns/sub/app:v1"
    #expect(reference.registry == "host.example:5000")
    #expect(reference.registryHost == "host.example")
    #expect(reference.registryPort == 5000)
    #expect(reference.repository == "ns/sub/app")
    #expect(reference.name == "host.example:5000/ns/sub/app")
    #expect(reference.spelledName == "Host.example:5000/ns/sub/app")
    let digest = Digest(of: [])
    #expect(reference.withDigest(digest).description == "host.example:5000/ns/sub/app@\(digest)")
    #expect(try reference.withDigest(digest).withTag("v2").spelling == "Host.example:5000/ns/sub/app:v2")
    #expect(reference.withoutTagAndDigest().tag == nil)
    #expect(reference.withoutTagAndDigest().withDefaultTag().tag == "latest")
    #expect(reference.withDefaultTag() == reference)
    #expect(reference.withDigest(digest).withDefaultTag().tag == nil)
    #expect(throws: OCIError.self) { try reference.withTag("no good") }
    #expect(
      try Reference(registry: "quay.io", repository: "ns/app", tag: "v1", digest: digest).description == "quay.io/ns/app:v1@\(digest)")
    #expect(try Reference(registry: "docker.io", repository: "nginx").description == "docker.io/library/nginx")
    #expect(("nginx" as Reference).registryPort == nil)
  }

  @Test(arguments: [
    ("quay", "app"), ("quay.io", "app:tag"), ("quay.io/ns", "app"), ("docker.io/library", "app"), ("", "app"), ("quay.io", ""),
    ("quay.io", "App"),
    ("quay.io", "a@sha256:\(hex)"),
  ])
  func `parts that are not a registry and a repository are refused`(registry: String, repository: String) {
    #expect(throws: OCIError.self) { try Reference(registry: registry, repository: repository) }
  }

  @Test func `references are equal whatever their spelling and differ in tag and digest`() {
    #expect(("nginx:1" as Reference) == "index.docker.io/library/nginx:1")
    #expect(("nginx:1" as Reference) != "nginx")
    #expect(("nginx:latest" as Reference) != "nginx")
    #expect(("quay.io/a" as Reference) != "quay.io:443/a")
  }

  @Test func `a bad literal traps`() async {
    await #expect(processExitsWith: .failure) { _ = "Not A Reference" as Reference }
  }

  @Test func `control characters of a refused name do not reach the sentence`() {
    let error = refusalOf("\u{1B}[31mapp\u{202E}")
    #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E } == true)
  }
}
