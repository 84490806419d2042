import ImageStreamDB
import TestSupport
import Testing

@Suite struct UseTests {
  let object: UsingObject = "deployment/shop/web"
  let image = Digest(of: bytes("an image"))

  @Test func `a use is found from its object, its tags, its images and its pull specs`() async throws {
    try await withImageStore { store in
      let other = Digest(of: bytes("another"))
      let use = try await store.write { writer in
        try writer.registerUse(
          by: object, tags: ["shop/web:latest"], images: [image], pullSpecs: ["registry.local:5000/shop/api:1.0", "quay.io/x/y@\(other)"],
          author: "ann")
      }.value
      try store.read { reader throws in
        #expect(try reader.registeredUse(of: object) == use && use.by == "ann")
        #expect(try reader.users(of: "shop/web:latest") == [object] && reader.users(of: "shop/api:1.0") == [object])
        #expect(try reader.users(of: image) == [object] && reader.users(of: other) == [object])
        #expect(try reader.users(of: "shop/web:1.0").isEmpty)
        #expect(try reader.registeredUses(kind: "deployment", namespace: "shop").elements == [use])
        #expect(try reader.registeredUses(kind: "deploy").elements.isEmpty)
      }
    }
  }

  @Test func `registering again replaces what was used, and the same again changes nothing`() async throws {
    try await withImageStore { store in
      try await store.write { try $0.registerUse(by: object, tags: ["shop/web:latest"], images: [image]) }
      let revision = try await store.write { try $0.registerUse(by: object, tags: ["shop/web:next"]) }.revision
      let again = try await store.write { try $0.registerUse(by: object, tags: ["shop/web:next"]) }
      #expect(!again.hasChanges && again.revision == revision)
      try store.read { reader throws in
        #expect(try reader.users(of: "shop/web:latest").isEmpty && reader.users(of: image).isEmpty)
        #expect(try reader.users(of: "shop/web:next") == [object])
      }
      try await store.write { try $0.removeUse(of: object) }
      #expect(try store.read { try $0.users(of: "shop/web:next") }.isEmpty)
      #expect(await awaitedError { try await store.write { try $0.removeUse(of: object) } }?.code == .notFound)
    }
  }

  @Test func `a use has at most a thousand targets`() async throws {
    try await withImageStore { store in
      let specs = (0...1_000).map { "quay.io/shop/web:\($0)" }
      try await store.write { try $0.registerUse(by: object, pullSpecs: Array(specs.dropLast())) }
      #expect(await awaitedError { try await store.write { try $0.registerUse(by: object, pullSpecs: specs) } }?.code == .tooLarge)
    }
  }

  @Test func `names of objects are checked`() {
    for text in ["deployment/shop", "Deployment/shop/web", "deployment/shop/", "deployment/shop/Web", "deployment//web", "a/b/c/d"] {
      #expect(storeError { try UsingObject(text) }?.code == .invalidArgument, "\(text)")
    }
    let long = String(repeating: "n", count: 253)
    #expect(storeError { try UsingObject(kind: "cronjob", namespace: "shop", name: long) }?.code == nil)
    #expect(storeError { try UsingObject(kind: "cronjob", namespace: "shop", name: long + "n") }?.code == .invalidArgument)
  }
}
