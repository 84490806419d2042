#if Network
  import TestSupport
  import Testing

  @testable import RegistryClient

  @Suite struct ParserTests {
    @Test func `challenges are read with their parameters`() {
      let parsed = AuthenticationChallenge.parse([
        #"Bearer realm="https://auth.example/token",service="a, \"b\"",Scope=repository:x:pull, Basic realm="r""#, "Negotiate",
      ])
      #expect(parsed.map(\.scheme) == ["bearer", "basic", "negotiate"])
      #expect(parsed[0].parameters == ["realm": "https://auth.example/token", "service": "a, \"b\"", "scope": "repository:x:pull"])
      #expect(parsed[1].parameters == ["realm": "r"])
    }

    @Test(arguments: [
      "", ",", "=", "\"", "Bearer realm=\"", "Bearer realm=\"\\", "Bearer =x", "Bearer realm", "Bearer realm=,", ",,Basic,,",
      "Bearer a=b c",
    ])
    func `broken challenges are read as far as they go`(text: String) {
      #expect(AuthenticationChallenge.parse([text]).count <= 2)
    }

    @Test func `challenges have limits`() {
      #expect(AuthenticationChallenge.parse(["Basic realm=\"" + String(repeating: "a", count: 9000) + "\""]).isEmpty)
      let many = "Bearer " + (0..<100).map { "p\($0)=v" }.joined(separator: ",")
      #expect(AuthenticationChallenge.parse([many]).first?.parameters.count == 16)
    }

    @Test(
      arguments: [
        ("</v2/a/tags/list?last=b&n=3>; rel=\"next\"", "/v2/a/tags/list?last=b&n=3"), ("<x>; rel=next", "x"),
        ("<x>; rel=\"prev\", <y>; REL=\"Next\"", "y"),
        ("<x>; title=\"a\"; rel=\"next\"", "x"), ("<x>", nil), ("x; rel=\"next\"", nil), ("<x; rel=\"next\"", nil), ("", nil),
        ("<x>; rel=\"nextish\"", nil), ("<>; rel=next", ""),
      ] as [(String, String?)])
    func `the next page stands in the link`(header: String, target: String?) { #expect(LinkHeader.next(in: [header]) == target) }

    @Test func `dates of HTTP are read`() {
      #expect(WallClock.seconds(fromHTTPDate: "Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
      #expect(WallClock.seconds(fromHTTPDate: "Thu, 01 Jan 1970 00:00:00 GMT") == 0)
      #expect(WallClock.seconds(fromHTTPDate: "Thu, 29 Feb 2024 12:00:00 GMT") == 1_709_208_000)
      for text in [
        "", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Foo 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
      ] {
        #expect(WallClock.seconds(fromHTTPDate: text) == nil)
      }
    }

    @Test func `Retry-After is read within a day`() {
      #expect(RetryPolicy.retryAfter("0", now: 0) == .seconds(0))
      #expect(RetryPolicy.retryAfter("120", now: 0) == .seconds(120))
      #expect(RetryPolicy.retryAfter("99999999999", now: 0) == .seconds(86_400))
      #expect(RetryPolicy.retryAfter("-1", now: 0) == nil)
      #expect(RetryPolicy.retryAfter(nil, now: 0) == nil)
      #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_770) == .seconds(7))
      #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_780) == .seconds(0))
    }

    @Test func `pauses double up to their cap and half of each is left to chance`() {
      let policy = RetryPolicy(maximumAttempts: 100, initialDelay: .milliseconds(100), maximumDelay: .seconds(1))
      let busy = RegistryError(.unavailable, "busy", registry: "r", isRetryable: true)
      #expect(policy.delay(afterAttempt: 1, error: busy, random: 0) == .milliseconds(50))
      #expect(policy.delay(afterAttempt: 3, error: busy, random: 1) == .milliseconds(400))
      #expect(policy.delay(afterAttempt: 5, error: busy, random: 1) == .seconds(1))
      #expect(policy.delay(afterAttempt: 99, error: busy, random: 1) == .seconds(1))
      #expect(policy.delay(afterAttempt: 100, error: busy, random: 1) == nil)
      #expect(policy.delay(afterAttempt: 1, error: RegistryError(.notFound, "no", registry: "r"), random: 1) == nil)
    }

    @Test(arguments: [
      "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
      "255.255.255.255", "198.18.0.1",
      "192.0.0.8", "192.0.2.1", "198.51.100.7", "203.0.113.9", "::", "::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "ff02::1",
      "::ffff:10.0.0.1", "::ffff:7f00:1",
      "64:ff9b::a00:1", "64:ff9b::10.0.0.1", "2002:a00:1::", "2001:db8::1",
    ])
    func `addresses off the public internet are known`(text: String) throws { #expect(try !#require(IPAddress(text)).isPublic) }

    @Test(arguments: [
      "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
      "1.1.1.1",
    ])
    func `addresses on the public internet are known`(text: String) throws { #expect(try #require(IPAddress(text)).isPublic) }

    @Test(arguments: [
      "", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.a", ":", ":::", "1:2", "1::2::3", "g::", "12345::", "1:2:3:4:5:6:7:8:9",
      "::1.2.3", "0x7f.1",
    ])
    func `other texts are no addresses`(text: String) { #expect(IPAddress(text) == nil) }

    @Test func `link-local addresses are out of reach even from a private registry`() throws {
      for text in ["169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"] {
        #expect(try !Reach.nearby.allows(#require(IPAddress(text))))
      }
      #expect(try Reach.nearby.allows(#require(IPAddress("10.0.0.1"))))
    }

    @Test(arguments: [
      ("auth.docker.io", "registry-1.docker.io", true), ("quay.io", "quay.io", true), ("gitlab.com", "registry.gitlab.com", true),
      ("evil.io", "docker.io", false),
      ("docker.io.evil.com", "docker.io", false), ("a.co.uk", "b.co.uk", false), ("auth.a.co.uk", "reg.a.co.uk", true),
      ("x.azurecr.io", "y.azurecr.io", false),
      ("10.0.0.1", "10.0.0.2", false), ("localhost", "localhost", true), ("auth", "registry", false), ("x.github.io", "y.github.io", false),
      ("io", "docker.io", false),
    ])
    func `a token service belongs to its registry by domain`(service: String, registry: String, isTrusted: Bool) {
      #expect(TokenServiceTrust.sharesDomain(service, registry) == isTrusted)
    }

    @Test func `forms are percent-encoded`() {
      #expect(
        RegistryClient.form([("a b", "c&d=e"), ("scope", "repository:x/y:pull"), ("ü", "~-._")])
          == "a%20b=c%26d%3De&scope=repository%3Ax%2Fy%3Apull&%C3%BC=~-._")
    }
  }
#endif
