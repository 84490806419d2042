import ImageRecords
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct RecordTests {
  let tag: ImageStreamTagName = "shop/web:latest"

  private func keyValue(_ key: [UInt8], _ value: [UInt8]) -> KeyValue {
    KeyValue(key: key, value: value, createRevision: 7, modRevision: 9, version: 1)
  }

  @Test(arguments: TagEvent.Cause.allCases)
  func `an event is read as it was written`(cause: TagEvent.Cause) throws {
    let image = Digest(of: bytes("one"), algorithm: .sha512)
    let event = TagEvent(
      tag: tag, sequence: .max, image: image, pullSpec: "quay.io/shop/web@\(image)", created: Timestamp(millisecondsSinceEpoch: 1),
      revision: 9, generation: 3, by: "ci ✓", because: "", cause: cause, source: "quay.io/shop/web:1.0",
      release: "r7")
    let bytes = try RecordCoding.encode(Isdb_V1_TagEventRecord(of: event))
    #expect(try TagEvent(keyValue(Keyspace.event(tag, event.sequence), bytes)) == event)
  }

  @Test func `an import's source and condition are read as they were written`() throws {
    let condition = ImportCondition(
      succeeded: false, reason: "NotFound", message: "gone", time: Timestamp(millisecondsSinceEpoch: -5), revision: 12,
      generation: 3)
    #expect(ImportCondition(Isdb_V1_ImportConditionRecord(condition)) == condition)
    for isInsecure in [false, true] {
      for source in [nil, TagSource.registryImage("localhost:5000/web:1.0"), .layout("oci:a"), .imageStreamTag("a:b", namespace: "c")] {
        for mode in [nil, TagSpec.ImportMode.legacy, .preserveOriginal] {
          let spec = TagSpec(
            source: source, annotations: ["a": "b"], isReference: !isInsecure, isInsecure: isInsecure, isScheduled: isInsecure,
            importMode: mode, referencePolicy: isInsecure ? .local : .source, follows: isInsecure, generation: isInsecure ? 0 : nil)
          #expect(TagSpec(Isdb_V1_TagSpecRecord(spec)) == spec)
        }
      }
    }
  }

  @Test func `a hold and a refused move are read as they were written`() throws {
    for rule in [Hold.Rule.pin, .skip(Digest(of: [])), .untilNewer("1.2.3"), .until(Timestamp(millisecondsSinceEpoch: 5))] {
      let hold = Hold(rule: rule, by: "ann", because: "500s", created: Timestamp(millisecondsSinceEpoch: 1), revision: 3)
      #expect(try Hold(Isdb_V1_HoldRecord(hold), in: []) == hold)
    }
    let refused = RefusedMove(
      image: nil, pullSpec: "a", cause: .policy, source: "b", reason: "c", time: Timestamp(millisecondsSinceEpoch: 1), revision: 3)
    #expect(try RefusedMove(Isdb_V1_RefusedMoveRecord(refused), in: []) == refused)
  }

  @Test func `a tag of format 1 is read with its source as its spec`() throws {
    var record = Isdb_V1_TagRecord()
    record.generation = 4
    record.importSource.reference = "quay.io/shop/web:1.0"
    record.importSource.insecure = true
    let tag = try Tag(keyValue(Keyspace.tag(tag), RecordCoding.encode(record)))
    #expect(tag.spec == TagSpec(source: .registryImage("quay.io/shop/web:1.0"), isInsecure: true, generation: 4))
  }

  @Test func `a trigger and its deliveries are read as they were written`() throws {
    for scope in [TagScope.tag(tag), .stream("shop/web"), .namespace("shop"), .all] {
      let trigger = Trigger(
        name: "deploy", scope: scope, command: ["sh", "-c", ""], created: Timestamp(millisecondsSinceEpoch: 3), createRevision: 7,
        maximumAttempts: 5)
      let bytes = try RecordCoding.encode(Isdb_V1_TriggerRecord(trigger))
      #expect(try Trigger(keyValue(Keyspace.trigger("deploy"), bytes)) == trigger)
    }
    for isDead in [false, true] {
      let delivery = Delivery(
        tag: tag, deliveredPullSpec: isDead ? nil : "quay.io/web@x", deliveredImage: isDead ? nil : Digest(of: []),
        attemptedPullSpec: "quay.io/web@y", revision: 9, time: Timestamp(millisecondsSinceEpoch: 4), attempts: isDead ? 3 : 0,
        error: isDead ? "no" : nil, isDead: isDead)
      let bytes = try RecordCoding.encode(Isdb_V1_DeliveryRecord(delivery))
      #expect(try Delivery(keyValue(Keyspace.delivery("deploy", tag), bytes), trigger: "deploy") == delivery)
    }
  }

  @Test func `a descriptor keeps its addresses, platform and kind`() throws {
    let platform = Platform(os: "windows", architecture: "amd64", variant: "v1", osVersion: "10.0.17763", osFeatures: ["win32k"])
    let descriptor = Descriptor(
      mediaType: .dockerForeignLayer, digest: Digest(of: []), size: 0, urls: ["https://example.com/layer"],
      annotations: ["a": "1", "b": ""],
      artifactType: MediaType("application/x"), platform: platform)
    #expect(try Descriptor(Isdb_V1_DescriptorRecord(descriptor), keyValue([1], [])) == descriptor)
    var negative = Isdb_V1_DescriptorRecord(descriptor)
    negative.size = -1
    #expect(storeError { try Descriptor(negative, keyValue([1], [])) }?.code == .corrupt)
  }

  @Test func `the same record has the same bytes, whatever order its maps are in`() throws {
    var left = Isdb_V1_ImageRecord()
    var right = Isdb_V1_ImageRecord()
    for number in 0..<50 { left.labels["label \(number)"] = "\(number)" }
    for number in (0..<50).reversed() { right.labels["label \(number)"] = "\(number)" }
    #expect(try RecordCoding.encode(left) == RecordCoding.encode(right))
  }

  @Test func `text is cut between characters`() {
    #expect("aé✓😀".prefix(bytes: 10) == "aé✓😀")
    #expect("aé✓😀".prefix(bytes: 9) == "aé✓" && "aé✓😀".prefix(bytes: 6) == "aé✓" && "aé✓😀".prefix(bytes: 5) == "aé")
    #expect("👩‍👩‍👧".prefix(bytes: 17) == "" && "".prefix(bytes: 0) == "")
  }

  @Test func `what another program wrote over a record is named, not misread`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      let damaged: [([UInt8], [UInt8])] = [
        (Keyspace.tag("shop/web:a"), [0xFF]), (Keyspace.tag("shop/web:b"), [0x0A, 0x02, 0x12, 0x00]),
        (Keyspace.event("shop/web:a", 1), [7]),
        (bytes("isdb/events/nonsense"), []), (bytes("isdb/tags/No Tag"), []), (bytes("isdb/streams/No Stream"), []),
        (Keyspace.image(content.digest), [0xFF]), (Keyspace.manifest(content.digest), bytes("other bytes")),
        (Keyspace.trigger("deploy"), [0xFF]), (Keyspace.delivery("deploy", "shop/web:a"), [0xFF]),
      ]
      try await store.keyValues.write { writer in
        for (key, value) in damaged { try writer.put(key, value) }
      }
      let reads: [(inout ImageStreamReader) throws -> Void] = [
        { _ = try $0.tag("shop/web:a") }, { _ = try $0.resolve("shop/web:b" as ImageStreamTagName) },
        { _ = try $0.event(1, of: "shop/web:a") },
        { _ = try $0.tags(in: .all) }, { _ = try $0.imageStreams() }, { _ = try $0.image(content.digest) },
        { _ = try $0.images() }, { _ = try $0.blob(content.digest) }, { _ = try $0.trigger("deploy") }, { _ = try $0.triggers() },
        { _ = try $0.deliveries(of: "deploy") }, { _ = try $0.delivery(of: "deploy", "shop/web:a") },
      ]
      for (number, read) in reads.enumerated() {
        #expect(storeError { try store.read { try read(&$0) } }?.code == .corrupt, "read \(number)")
      }
      let refusal = await awaitedError { try await store.tag("shop/web:a", as: ImageFixtures.reference("one")) }
      #expect(refusal?.code == .corrupt && refusal?.message.contains("isdb/tags/shop/web:a") == true)
    }
  }

  /// Whatever real images have in them: the bytes come back as they were, and so does all that the record keeps.
  @Test(.enabled(if: RegistrySamples.arePresent, "\(RegistrySamples.notice)"))
  func `real images are kept byte for byte, with what they say`() async throws {
    let samples = try RegistrySamples.all()
    let configurations = Dictionary(samples.filter { $0.kind == .configuration }.map { ($0.digest, $0.bytes) }) { first, _ in first }
    var contents: [ImageContent] = []
    for sample in samples where sample.kind == .manifest || sample.kind == .index {
      // One of them has a size of -1, and is refused.
      guard let parsed = try? ManifestContent.parse(bytes: sample.bytes) else { continue }
      guard case .manifest(let manifest) = parsed else {
        contents.append(try ImageContent(manifest: sample.bytes, expected: sample.digest))
        continue
      }
      let configuration = configurations[manifest.configuration.digest]
      guard configuration != nil || !manifest.isImage else { continue }
      contents.append(try ImageContent(manifest: sample.bytes, configuration: configuration, expected: sample.digest))
    }
    #expect(contents.count > 10)
    try await withImageStore { [contents] store in
      try await store.write { writer in
        for content in contents { try writer.add(content, repository: "quay.io/real/image") }
      }
      for content in contents {
        let (image, manifest) = try store.read { (try $0.image(content.digest), try $0.blob(content.digest)) }
        #expect(manifest == content.manifest)
        let found = try #require(image)
        #expect(found.mediaType == content.parsed.mediaType && found.annotations == content.parsed.annotations)
        switch content.parsed {
        case .manifest(let manifest):
          #expect(found.layers.map(\.digest) == manifest.layers.map(\.digest) && found.layers.map(\.size) == manifest.layers.map(\.size))
          #expect(try store.read { try $0.blob(manifest.configuration.digest) } == content.configuration)
          #expect(found.labels == content.parsedConfiguration?.execution?.labels ?? [:])
          #expect(found.volumes == content.parsedConfiguration?.execution?.volumes ?? [])
        case .index(let index):
          #expect(found.isIndex && found.manifests.map(\.platform) == index.manifests.map(\.platform))
          let child = try #require(index.manifests.first?.digest)
          #expect(try store.read { try $0.indexes(containing: child) }.contains(content.digest))
        }
      }
    }
  }
}

extension Isdb_V1_TagEventRecord {
  /// The record that a store would write of the event.
  fileprivate init(of event: TagEvent) {
    self.init()
    sequence = event.sequence
    image = event.image.map { "\($0)" } ?? ""
    pullSpec = event.pullSpec
    created = event.created.millisecondsSinceEpoch
    revision = event.revision.rawValue
    generation = event.generation
    by = event.by
    because = event.because
    cause = Isdb_V1_CauseRecord(event.cause)
    source = event.source
    release = event.release ?? ""
  }
}
