import ImageStreamDB
import TestSupport
import Testing

@Suite struct TagPruningTests {
  let latest: ImageStreamTagName = "shop/web:latest"

  @Test func `events that are neither young nor among the newest go, oldest of them first in the history`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b", "c", "d", "e")
      store.clock.advance(by: .seconds(3600))
      let dry = try await store.prune(confirm: false)
      #expect(dry.removedEvents(of: latest) == [1, 2] && dry.filter { $0.verdict == .fault }.isEmpty)
      #expect(dry.reason(1, of: latest) == "it is older than 1h and not among the tag's 3 newest")
      #expect(dry.reason(3, of: latest) == "it is among the tag's 3 newest")
      #expect(try store.sequences(of: latest) == [5, 4, 3, 2, 1])
      let done = try await store.prune(confirm: true)
      #expect(done == dry)
      #expect(try store.sequences(of: latest) == [5, 4, 3])
      #expect(try store.store.read { try $0.tag(latest)?.eventCount } == 3)
      #expect(try await store.prune(confirm: true).allSatisfy { $0.verdict == .keep })
    }
  }

  @Test func `what is as old as the limit goes, and a moment younger stays`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b")
      store.clock.advance(by: .milliseconds(3_599_999))
      #expect(try await store.prune(confirm: false) { $0.keepTagRevisions = 1 }.removedEvents(of: latest).isEmpty)
      store.clock.advance(by: .milliseconds(1))
      #expect(try await store.prune(confirm: false) { $0.keepTagRevisions = 1 }.removedEvents(of: latest) == [1])
    }
  }

  @Test func `of A, B, A, B the oldest goes, and its image stays`() async throws {
    try await withPruneStore { store in
      let images = try await store.move(latest, to: "a", "b", "a", "b")
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true)
      #expect(done.removedEvents(of: latest) == [1] && done.removedImages.isEmpty)
      #expect(try Set(store.images()) == Set(images))
      let references = try store.store.read { try $0.tags(referringTo: images[0]) }
      #expect(references.map(\.eventCount) == [1] && references.map(\.newestSequence) == [3])
    }
  }

  @Test func `a tag that has a spec is never left without an image, and one without goes with its last event`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b")
      try await store.move("shop/web:old", to: "c", "d")
      try await store.store.write { try $0.removeSpec(of: "shop/web:old") }
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 0 }
      #expect(done.removedEvents(of: latest) == [1] && done.removedEvents(of: "shop/web:old") == [1, 2])
      #expect(done.contains { $0.object == .tag("shop/web:old") && $0.verdict == .remove })
      #expect(try store.sequences(of: latest) == [2])
      #expect(try store.store.read { try $0.tag("shop/web:old") } == nil)
      #expect(try store.images().count == 1)
    }
  }

  @Test func `what a tag points at stays while older events do, since pruning moves no tag`() async throws {
    try await withPruneStore { store in
      let images = try await store.move(latest, to: "a", "b")
      try await store.store.write { writer in
        try writer.removeSpec(of: latest)
        try writer.registerUse(by: "deployment/shop/web", images: [images[0]])
      }
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 0 }
      #expect(done.removedEvents(of: latest).isEmpty)
      #expect(done.reason(1, of: latest) == "deployment/shop/web uses the image")
      #expect(done.reason(2, of: latest)?.contains("pruning moves no tag") == true)
    }
  }

  @Test func `uses, holds, specs and the last success of a trigger keep their events`() async throws {
    try await withPruneStore { store in
      let images = try await store.move(latest, to: "a", "b", "c", "d", "e", "f")
      let trigger = try await store.store.addTrigger("deploy", on: .tag("shop/other:latest"))
      #expect(trigger.name == "deploy")
      let image = try ImageStreamImageName("shop/web@\(images[2])")
      try await store.store.write { writer in
        try writer.hold(latest, .skip(images[0]))
        try writer.registerUse(by: "cronjob/shop/nightly", pullSpecs: ["registry.local:5000/shop/web@\(images[1])"])
        try writer.tag("prod/web:live", as: .streamImage(image))
      }
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 1 }
      #expect(done.removedEvents(of: latest) == [4, 5])
      #expect(done.reason(1, of: latest) == "the tag's hold names the image")
      #expect(done.reason(2, of: latest) == "cronjob/shop/nightly uses the image")
      #expect(done.reason(3, of: latest) == "another tag is made from this image of the stream")
      #expect(try Set(store.images()) == Set([images[0], images[1], images[2], images[5]]))
    }
  }

  @Test func `what a trigger last succeeded with stays`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a")
      _ = try await store.store.addTrigger("deploy", on: .all)
      try await store.move(latest, to: "b")
      _ = try await store.store.runTriggerOnce("deploy") { _ in }
      try await store.move(latest, to: "c", "d")
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 1 }
      #expect(done.removedEvents(of: latest) == [1, 3])
      #expect(done.reason(2, of: latest) == "trigger deploy last succeeded with the image")
    }
  }

  @Test func `events of references, which have no image, go by age and number as others do`() async throws {
    try await withPruneStore { store in
      for target: Reference in ["quay.io/shop/web:1", ImageFixtures.reference("a"), "quay.io/shop/web:2"] {
        try await store.store.tag(latest, as: target.digest == nil ? .unresolved(target) : .reference(target))
      }
      store.clock.advance(by: .seconds(7200))
      #expect(try await store.prune(confirm: true).removedEvents(of: latest).isEmpty)
      #expect(try await store.prune(confirm: true) { $0.keepTagRevisions = 2 }.removedEvents(of: latest) == [1])
    }
  }

  @Test func `with limits only what is over them goes, young or not`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b")
      try await store.move("team/web:latest", to: "c", "d")
      let size = 1234 + (try ImageFixtures.image("a").configuration?.count ?? 0)
      let limits = PruneOptions.SizeLimits(everywhere: size, namespaces: ["shop": size - 1])
      let done = try await store.prune(confirm: true) { $0.sizeLimits = limits }
      #expect(done.removedEvents(of: latest) == [1] && done.removedEvents(of: "team/web:latest").isEmpty)
      #expect(done.reason(1, of: latest) == "its \(size) bytes are over the limit of \(size - 1)")
      #expect(done.reason(2, of: latest) == "the tag's spec names the image")
    }
  }

  @Test func `only the namespace that was asked for is pruned, and no image`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b")
      try await store.move("team/web:latest", to: "c", "d")
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { options in
        options.namespace = "team"
        options.keepTagRevisions = 1
      }
      #expect(done.count == 2 && done.removedEvents(of: "team/web:latest") == [1])
      #expect(try store.images().count == 4)
      #expect(try store.sequences(of: latest) == [2, 1])
    }
  }

  @Test func `a long history goes in several writes of a bounded size`() async throws {
    try await withPruneStore { store in
      try await store.store.write { writer in
        for number in 0..<1_200 { try writer.tag(latest, as: .reference(ImageFixtures.reference("image \(number)"))) }
      }
      store.clock.advance(by: .seconds(7200))
      let revision = try store.store.keyValues.revision()
      let done = try await store.prune(confirm: true)
      #expect(done.removedEvents(of: latest) == Array(1...1_197))
      #expect(try store.sequences(of: latest) == [1_200, 1_199, 1_198])
      let end = try store.store.keyValues.revision()
      #expect(end == revision + 3)
      for number in 1...3 {
        let before = revision + Int64(number) - 1
        let changed = try store.store.keyValues.differences(from: .revision(before), to: .revision(before + 1))
        #expect(changed.differences.count <= 1_000)
      }
    }
  }

  @Test func `a rollback after pruning counts the events that are left`() async throws {
    try await withPruneStore { store in
      let images = try await store.move(latest, to: "a", "b", "c", "d")
      try await store.store.write { try $0.registerUse(by: "deployment/shop/web", images: [images[0]]) }
      store.clock.advance(by: .seconds(7200))
      #expect(try await store.prune(confirm: true) { $0.keepTagRevisions = 1 }.removedEvents(of: latest) == [2, 3])
      let second = try store.store.read { try $0.event(1, of: latest)?.revision }
      #expect(await awaitedError { try await store.store.rollback(latest, to: .revision((second ?? 0) + 1)) }?.code == .notFound)
      #expect(try await store.store.rollback(latest, to: .steps(1)).image == images[0])
    }
  }
}
