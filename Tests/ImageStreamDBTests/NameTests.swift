import ImageStreamDB
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct NameTests {
  @Test(arguments: ["shop/web", "a/b", "s-1/web.api", "shop/a__b", "shop/a--b", "shop/0"])
  func `a stream is a namespace and a repository component`(text: String) throws {
    #expect(try ImageStreamName(text).description == text)
  }

  @Test(arguments: [
    "", "shop", "/web", "shop/", "Shop/web", "shop/Web", "shop/web/api", "-shop/web", "shop-/web", "shop/.web", "shop/web.", "shop/a..b",
    "shop/a___b",
    "sh_op/web", "shop/we b", "shop/wéb",
  ])
  func `what is no stream is refused with what a stream may be`(text: String) {
    #expect(storeError { try ImageStreamName(text) }?.code == .invalidArgument)
  }

  @Test func `a namespace takes 63 bytes and a stream 255 with it`() throws {
    let namespace = String(repeating: "n", count: 63)
    #expect(try ImageStreamName("\(namespace)/\(String(repeating: "s", count: 191))").description.utf8.count == 255)
    #expect(storeError { try ImageStreamName("\(namespace)/\(String(repeating: "s", count: 192))") }?.code == .invalidArgument)
    #expect(storeError { try ImageStreamName("n\(namespace)/s") }?.code == .invalidArgument)
  }

  @Test func `a tag may be left out, and is then latest`() throws {
    for (text, tag) in [("shop/web", "latest"), ("shop/web:1.0-rc_1", "1.0-rc_1")] {
      #expect(try ImageStreamTagName(text).tag == tag)
    }
    for text in [
      "shop/web:", "shop/web:-a", "shop/web:.a", "shop/web:a:b", "shop/web@sha256:12", "shop/web:\(String(repeating: "t", count: 129))",
    ] {
      #expect(storeError { try ImageStreamTagName(text) }?.code == .invalidArgument, "\(text)")
    }
  }

  @Test func `scopes go from one tag to all`() throws {
    for (text, inside) in [
      ("shop/web:latest", true), ("shop/web", true), ("shop", true), ("*", true), ("shop/web:1", false), ("shop/we", false), ("sho", false),
    ] {
      let scope = try TagScope(text)
      #expect(scope.description == text)
      #expect(scope.contains("shop/web:latest") == inside)
      #expect(Keyspace.tags(in: scope).contains(Keyspace.tag("shop/web:latest")) == inside)
    }
  }

  @Test func `the longest names still make keys that fit`() throws {
    let stream = try ImageStreamName("\(String(repeating: "n", count: 63))/\(String(repeating: "s", count: 191))")
    let tag = try ImageStreamTagName(stream: stream, tag: String(repeating: "t", count: 128))
    let digest = Digest(of: [1], algorithm: .sha512)
    let trigger = String(repeating: "x", count: 63)
    let keys = [
      Keyspace.image(digest), Keyspace.manifest(digest), Keyspace.parent(digest, digest), Keyspace.stream(stream), Keyspace.tag(tag),
      Keyspace.event(tag, .max),
      Keyspace.reference(digest, tag), Keyspace.trigger(trigger), Keyspace.delivery(trigger, tag),
    ]
    #expect(keys.map(\.count).max() == 472)
  }
}
