import ImageAPI
import Testing

@Suite struct DockerImageReferenceTests {
  static let digest = "sha256:" + String(repeating: "ab", count: 32)

  static let parts: [(text: String, expected: DockerImageReference)] = [
    ("nginx", DockerImageReference(name: "nginx")),
    ("nginx:1.25", DockerImageReference(name: "nginx", tag: "1.25")),
    ("shop/web", DockerImageReference(namespace: "shop", name: "web")),
    ("quay.io/shop/web/api:v1", DockerImageReference(registry: "quay.io", namespace: "shop", name: "web/api", tag: "v1")),
    ("localhost/web", DockerImageReference(registry: "localhost", name: "web")),
    ("host:5000/web@\(digest)", DockerImageReference(registry: "host:5000", name: "web", id: digest)),
    ("quay.io/shop/web:v1@\(digest)", DockerImageReference(registry: "quay.io", namespace: "shop", name: "web", tag: "v1", id: digest)),
    ("quay.io", DockerImageReference(registry: "quay.io")),
    ("localhost:5000", DockerImageReference(registry: "localhost:5000")),
    ("foo.bar:tag", DockerImageReference(registry: "foo.bar:tag")),
    ("localhostfoo", DockerImageReference(registry: "localhostfoo")),
    (digest, DockerImageReference(name: "sha256", tag: String(repeating: "ab", count: 32))),
    ("FOO/bar", DockerImageReference(namespace: "FOO", name: "bar")),
    ("web@" + digest.replacing("b", with: "B"), DockerImageReference(name: "web", id: digest.replacing("b", with: "B"))),
  ]

  @Test(arguments: parts) func `a pull spec is taken apart as a cluster does`(text: String, expected: DockerImageReference) throws {
    #expect(try DockerImageReference(parsing: text) == expected)
  }

  static let refusals: [(text: String, reason: String)] = [
    ("", "repository name must have at least one component"),
    ("shop/Web", "repository name must be lowercase"),
    ("${IMAGE}", "invalid reference format"),
    ("web:", "invalid reference format"),
    ("web:" + String(repeating: "a", count: 129), "invalid reference format"),
    ("web/", "invalid reference format"),
    ("a__b/c___d", "invalid reference format"),
    (String(repeating: "a", count: 256), "repository name must not be more than 255 characters"),
    ("web@sha256:" + String(repeating: "a", count: 63), "invalid checksum digest length"),
    ("web@md5:" + String(repeating: "a", count: 32), "unsupported digest algorithm"),
    ("web@sha256:" + String(repeating: "a", count: 31), "invalid reference format"),
  ]

  @Test(arguments: refusals) func `what is no pull spec is refused in a cluster's words`(text: String, reason: String) {
    #expect(throws: ObjectError(place: "", reason: reason)) { try DockerImageReference(parsing: text) }
  }

  @Test func `the longest names and tags are taken`() throws {
    let name = String(repeating: "a", count: 255)
    let tag = String(repeating: "t", count: 128)
    #expect(try DockerImageReference(parsing: "\(name):\(tag)") == DockerImageReference(name: name, tag: tag))
  }

  @Test func `Docker's defaults are filled in and left out`() throws {
    let short = try DockerImageReference(parsing: "nginx")
    #expect(short.dockerClientDefaults.exact == "docker.io/library/nginx:latest")
    #expect(short.dockerClientDefaults.daemonMinimal.exact == "docker.io/nginx")
    #expect(try DockerImageReference(parsing: "index.docker.io/nginx").description == "index.docker.io/library/nginx")
    #expect(try DockerImageReference(parsing: "index.docker.io/nginx").exact == "index.docker.io/nginx")
    #expect(try DockerImageReference(parsing: "docker.io/library/nginx:latest").isEquivalent(to: short))
    #expect(try DockerImageReference(parsing: "web:v1@\(Self.digest)").mostSpecific.exact == "web@\(Self.digest)")
    #expect(DockerImageReference(name: "web", id: "abc").mostSpecific == DockerImageReference(name: "web", tag: "abc"))
    #expect(short.hostAndPort(isInsecure: false) == ("docker.io", "443"))
    #expect(try DockerImageReference(parsing: "quay.io/shop/web").hostAndPort(isInsecure: true) == ("quay.io", "80"))
    #expect(try DockerImageReference(parsing: "host:5000/web").hostAndPort(isInsecure: true) == ("host", "5000"))
  }
}
