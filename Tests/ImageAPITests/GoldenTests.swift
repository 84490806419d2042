import ImageAPI
import ImageStreamDB
import TestSupport
import Testing

/// Requests to OpenShift's own image API, and its answers.
@Suite(.enabled(if: TestData.path("golden") != nil, "golden answers are not here; set ISDB_TEST_DATA to the folder that holds golden/"))
struct GoldenTests {
  static let registry = "image-registry.openshift-image-registry.svc:5000"

  /// The answer without what only a cluster knows: identity, time, and who owns which field.
  static func comparable(_ answer: JSONValue, isStored: Bool) -> JSONValue {
    guard isStored, case .object(let members) = answer else { return causesSorted(answer) }
    return .object(
      members.map { member in
        guard member.name == "metadata", case .object(let metadata) = member.value else { return member }
        let unknowable: Set = ["managedFields", "uid", "resourceVersion", "creationTimestamp"]
        return JSONValue.Member("metadata", .object(metadata.filter { !unknowable.contains($0.name) }))
      })
  }

  /// A cluster walks over tags and labels in no order; its message lists the causes in the same one.
  static func causesSorted(_ answer: JSONValue) -> JSONValue {
    guard case .object(let members) = answer else {
      guard case .string(let text) = answer else { return answer }
      return .string(text.split(separator: /(?=[\[ ,\]])/).map(String.init).map { $0.trimmed(",[] ") }.sorted().joined(separator: " "))
    }
    return .object(
      members.map { member in
        switch (member.name, member.value) {
        case ("causes", .array(let causes)):
          return JSONValue.Member("causes", .array(causes.map(causesSorted).sorted { $0.compactJSON < $1.compactJSON }))
        case ("message", _), ("details", _): return JSONValue.Member(member.name, causesSorted(member.value))
        default: return member
        }
      })
  }

  struct Answer {
    let code: Int64
    let json: JSONValue
    let stored: ImageStreamObject?
  }

  static func answer(code: Int64, _ body: () async throws -> ImageStreamObject) async throws -> Answer {
    do {
      let stream = try await body()
      return Answer(code: code, json: stream.json, stored: stream)
    } catch let error as StatusError {
      return Answer(code: error.status.code, json: error.status.json, stored: nil)
    } catch let error as ObjectError {
      let status = StatusError.malformed(kind: "ImageStream", error).status
      return Answer(code: status.code, json: status.json, stored: nil)
    }
  }

  static func stream(_ request: JSONValue, in namespace: String) throws -> ImageStreamObject {
    guard case .imageStream(var stream)? = try ObjectDocuments(parsing: Array(request.compactJSON.utf8)).objects.first else {
      throw ObjectError(place: "kind", reason: "it is no image stream")
    }
    stream.metadata.namespace = namespace
    return stream
  }

  /// A store whose own registry has the name that it had where the answers were given.
  static func withRegistryStore(_ body: (ImageStore) async throws -> Void) async throws {
    try await withImageStore { store in
      try await store.write { try $0.setRegistryHosts(RegistryHosts(inside: registry)) }
      try await body(store)
    }
  }

  @Test func `streams are created as a cluster creates them`() async throws {
    try await Self.withRegistryStore { store in
      var counts: [Int64: Int] = [:]
      var reads = 0
      for (index, line) in try TestData.lines(ofPacked: "golden/create-imagestreams.jsonl.gz").enumerated() {
        let pair = try JSONValue(parsing: Array(line))
        let namespace = try #require(pair["ns"]?.text)
        let expected = try #require(pair["resp"])
        guard case .number(let code)? = pair["code"] else { continue }
        guard let request = pair["req"] else {
          let path = try #require(pair["get"]?.text)
          #expect(try Self.read(path, in: namespace, store) == expected, "pair \(index)")
          reads += 1
          continue
        }
        let answer = try await Self.answer(code: 201) {
          let stream = try Self.stream(request, in: namespace)
          return try await store.write { try $0.create(stream) }.value
        }
        counts[answer.code, default: 0] += 1
        #expect("\(answer.code)" == code, "pair \(index)")
        #expect(
          Self.comparable(answer.json, isStored: answer.code < 400).compactJSON
            == Self.comparable(expected, isStored: answer.code < 400).compactJSON, "pair \(index)")
      }
      #expect(counts == [201: 184, 422: 18, 400: 2])
      #expect(reads == 442)
    }
  }

  /// The answer to a read of an image stream tag; no image was ever imported where these answers were given.
  static func read(_ path: String, in namespace: String, _ store: ImageStore) throws -> JSONValue {
    let name = String(path.dropFirst("imagestreamtags/".count))
    do {
      let (stream, tag) = try ObjectNames.streamAndTag(name)
      let stored = try store.read { reader in
        try (try? ImageStreamName("\(namespace)/\(stream)")).flatMap { try reader.imageStreamObject($0) }
      }
      guard let stored else { throw StatusError.notFound(resource: "imagestreamtags", name: name) }
      return try stored.imageStreamTag(tag) { _ in nil }.json
    } catch let error as StatusError {
      return error.status.json
    }
  }

  @Test func `streams are changed as a cluster changes them`() async throws {
    try await Self.withRegistryStore { store in
      var versions: [String: ObjectMeta] = [:]
      var count = 0
      for (index, line) in try TestData.lines(ofPacked: "golden/update-imagestreams.jsonl.gz").enumerated() {
        let pair = try JSONValue(parsing: Array(line))
        let request = try #require(pair["req"])
        let expected = try #require(pair["resp"])
        let name = try #require(pair["name"]?.text)
        let answer = try await Self.answer(code: 200) {
          var stream = try Self.stream(request, in: "hist")
          // Each request was made from the answer before, whose identity was another.
          stream.metadata.uid = versions[name]?.uid ?? ""
          stream.metadata.resourceVersion = versions[name]?.resourceVersion ?? ""
          let isNew = versions[name] == nil
          return try await store.write { [stream] in try isNew ? $0.create(stream) : $0.update(stream) }.value
        }
        #expect(
          Self.comparable(answer.json, isStored: true).compactJSON == Self.comparable(expected, isStored: true).compactJSON,
          "pair \(index)")
        versions[name] = answer.stored?.metadata
        count += 1
      }
      #expect(count == 1500)
    }
  }
}

extension String {
  fileprivate func trimmed(_ characters: String) -> String {
    String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
  }
}
