import ImageAPI
import MVCC
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

  static func answer(_ body: () throws -> ImageStreamObject, code: Int64) throws -> Answer {
    do {
      let stream = try body()
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

  @Test func `streams are created as a cluster creates them`() throws {
    let strategy = ImageStreamStrategy(internalRegistry: Self.registry)
    var streams: [String: ImageStreamObject] = [:]
    var counts: [Int64: Int] = [:]
    for (index, line) in try TestData.lines(ofPacked: "golden/create-imagestreams.jsonl.gz").enumerated() {
      let pair = try JSONValue(parsing: Array(line))
      let namespace = try #require(pair["ns"]?.text)
      let expected = try #require(pair["resp"])
      guard case .number(let code)? = pair["code"] else { continue }
      guard let request = pair["req"] else { continue }
      let answer = try Self.answer(
        {
          try strategy.created(Self.stream(request, in: namespace), now: Timestamp(millisecondsSinceEpoch: 0)) {
            streams["\($0)/\($1)"]
          }
        }, code: 201)
      counts[answer.code, default: 0] += 1
      #expect("\(answer.code)" == code, "pair \(index)")
      #expect(
        Self.comparable(answer.json, isStored: answer.code < 400).compactJSON
          == Self.comparable(expected, isStored: answer.code < 400).compactJSON, "pair \(index)")
      if let stored = answer.stored { streams["\(namespace)/\(stored.metadata.name)"] = stored }
    }
    #expect(counts == [201: 184, 422: 18, 400: 2])
  }

  @Test func `streams are changed as a cluster changes them`() throws {
    let strategy = ImageStreamStrategy(internalRegistry: Self.registry)
    var streams: [String: ImageStreamObject] = [:]
    var count = 0
    for (index, line) in try TestData.lines(ofPacked: "golden/update-imagestreams.jsonl.gz").enumerated() {
      let pair = try JSONValue(parsing: Array(line))
      let request = try #require(pair["req"])
      let expected = try #require(pair["resp"])
      let name = try #require(pair["name"]?.text)
      let stream = try Self.stream(request, in: "hist")
      let now = Timestamp(millisecondsSinceEpoch: 0)
      let answer = try Self.answer(
        {
          if let old = streams[name] { return try strategy.updated(stream, from: old, now: now) { streams["\($1)"] } }
          return try strategy.created(stream, now: now) { streams["\($1)"] }
        }, code: 200)
      #expect(
        Self.comparable(answer.json, isStored: true).compactJSON == Self.comparable(expected, isStored: true).compactJSON, "pair \(index)")
      streams[name] = answer.stored
      // The next request was made with the resource version that the cluster gave here.
      streams[name]?.metadata.resourceVersion = try #require(expected["metadata"]?["resourceVersion"]?.text)
      streams[name]?.metadata.uid = try #require(expected["metadata"]?["uid"]?.text)
      count += 1
    }
    #expect(count == 1500)
  }
}

extension String {
  fileprivate func trimmed(_ characters: String) -> String {
    String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
  }
}
