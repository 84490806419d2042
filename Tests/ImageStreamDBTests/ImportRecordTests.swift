import ImageStreamDB
import TestSupport
import Testing

/// What an import leaves on a tag.
@Suite struct ImportRecordTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let source = ImportSource(reference: "quay.io/shop/web:latest")

  @Test func `what an import found must be where its digest says`() async throws {
    try await withImageStore { [latest, source] store in
      let content = try ImageFixtures.image("web")
      for spec in ["quay.io/shop/web:latest", "quay.io/shop/web@\(Digest(of: []))", "not a reference"] {
        let refusal = await awaitedError {
          try await store.write { try $0.recordImport(of: content, as: spec, from: source, to: latest) }
        }
        #expect(refusal?.code == .invalidArgument, "\(spec)")
      }
      #expect(try store.keyValues.revision() == 1)
    }
  }

  @Test func `a tag whose imports all failed has no image, and says why`() async throws {
    try await withImageStore { [latest, source] store in
      try await store.write { try $0.recordImportFailure(reason: "Unauthorized", message: "no password", from: source, to: latest) }
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.newest == nil && tag.eventCount == 0 && tag.generation == 1)
      let refusal = storeError { try store.read { try $0.resolve(latest) } }
      #expect(refusal?.code == .notFound && refusal?.message.contains("no password") == true)
      #expect(try store.read { try $0.history(of: latest) }.isEmpty)
      #expect(await awaitedError { try await store.tag("shop/web:copy", as: .tag(latest)) }?.code == .notFound)
      #expect(await awaitedError { try await store.rollback(latest) }?.code == .notFound)
      try await store.untag(latest)
      #expect(try store.read { try $0.tag(latest) } == nil)
    }
  }

  @Test func `moving a tag by hand ends its imports`() async throws {
    try await withImageStore { [latest, source] store in
      let content = try ImageFixtures.image("web")
      try await store.write { try $0.recordImport(of: content, as: "quay.io/shop/web@\(content.digest)", from: source, to: latest) }
      try await store.tag(latest, as: ImageFixtures.reference("one"))
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.importCondition == nil && tag.importSource?.reference == "\(ImageFixtures.reference("one"))")
    }
  }

  @Test func `tagging the image by hand that a tag has clears a failed import alone`() async throws {
    try await withImageStore { [latest, source] store in
      let one = ImageFixtures.reference("one")
      let event = try await store.tag(latest, as: one)
      try await store.write { try $0.recordImportFailure(reason: "NotFound", message: "gone", from: source, to: latest) }
      #expect(try await store.tag(latest, as: one).sequence == event.sequence)
      #expect(try store.read { try $0.tag(latest)?.importCondition } == nil)
    }
  }

  @Test func `reasons and messages are cut at their limit, and sources over theirs are refused`() async throws {
    try await withImageStore { [latest] store in
      let long = String(repeating: "x", count: 1025)
      let path = ImportSource(reference: String(repeating: "p", count: 4096))
      try await store.write { try $0.recordImportFailure(reason: long, message: long, from: path, to: latest) }
      let condition = try #require(try store.read { try $0.tag(latest)?.importCondition })
      #expect(condition.reason.utf8.count == 1024 && condition.message.utf8.count == 1024)
      let longer = ImportSource(reference: path.reference + "p")
      let refusal = await awaitedError {
        try await store.write { try $0.recordImportFailure(reason: "", message: "", from: longer, to: latest) }
      }
      #expect(refusal?.code == .tooLarge)
    }
  }
}
