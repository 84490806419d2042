import ImageStreamDB
import TestSupport
import Testing

@Suite struct LabelSelectorTests {
  private let labels = ["tier": "web", "env": "prod"]

  @Test(arguments: [
    ("tier=web", true), ("tier==web", true), ("tier=api", false), ("tier!=api", true), ("tier!=web", false), ("tier", true),
    ("!tier", false),
    ("legacy", false), ("!legacy", true), ("legacy!=x", true), ("tier=web,env=prod", true), ("tier=web, env=test", false), ("tier=", false),
  ])
  func `every requirement must hold`(text: String, isMeant: Bool) throws {
    #expect(try LabelSelector(text).matches(labels) == isMeant)
  }

  @Test(arguments: ["", ",", "a,", "=b", "!", "!a=b", "a=b=c", "!=b"])
  func `what is no selector is refused with one that is`(text: String) {
    #expect(storeError { try LabelSelector(text) }?.message.contains("tier=web") == true)
  }

  @Test func `streams are listed by label, page by page`() async throws {
    try await withImageStore { store in
      try await store.write { writer in
        for number in 1...5 {
          try writer.updateImageStream(ImageStreamName("shop/s\(number)"), labels: number.isMultiple(of: 2) ? ["even": ""] : ["odd": ""])
        }
      }
      let odd = try LabelSelector("odd")
      let first = try store.read { try $0.imageStreams(in: "shop", limit: 2, matching: odd) }
      #expect(first.elements.map(\.name) == ["shop/s1", "shop/s3"] && first.hasMore)
      let rest = try store.read { try $0.imageStreams(in: "shop", after: "shop/s3", limit: 2, matching: odd) }
      #expect(rest.elements.map(\.name) == ["shop/s5"] && !rest.hasMore)
      #expect(try store.read { try $0.imageStreams(matching: LabelSelector("even")) }.elements.count == 2)
    }
  }
}
