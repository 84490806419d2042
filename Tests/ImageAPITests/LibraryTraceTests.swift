import Foundation
import ImageAPI
import ImageStreamDB
import TestSupport
import Testing

/// Ten years of a library's image streams, each version of each file applied in its order.
///
/// Every 24th file by default; `ISDB_TEST_WHOLE_TRACE=1` takes all.
@Suite(
  .enabled(
    if: TestData.path("library-imagestream-trace.jsonl.gz") != nil,
    "the library's trace is not here; set ISDB_TEST_DATA to the folder that holds library-imagestream-trace.jsonl.gz"))
struct LibraryTraceTests {
  /// What a stream should be, by rules written down anew: nothing of the code under test takes part.
  struct Expectation {
    private(set) var generation: Int64 = 0
    private(set) var tags: [String: (content: JSONValue, generation: Int64)] = [:]
    private var rest = JSONValue.null

    /// Takes the next version of the file.
    mutating func apply(_ stream: JSONValue) {
      var contents: [String: JSONValue] = [:]
      if case .array(let tags)? = stream["spec"]?["tags"] {
        for tag in tags { contents[tag["name"]?.text ?? ""] = Self.content(of: tag) }
      }
      let rest = JSONValue.array([
        stream["spec"]?["dockerImageRepository"] ?? .null, stream["spec"]?["lookupPolicy"]?.withoutEmpties ?? .object([]),
      ])
      if generation == 0 || rest != self.rest || contents != tags.mapValues(\.content) { generation += 1 }
      self.rest = rest
      tags = contents.reduce(into: [:]) { new, entry in
        let old = tags[entry.key]
        let source = Self.source(of: entry.value)
        let isRenewed = old.map { source != .null && Self.source(of: $0.content) != source } ?? true
        new[entry.key] = (entry.value, isRenewed ? generation : old?.generation ?? generation)
      }
    }

    /// What makes a change of a tag a request for another image; a tag without a source asks for none.
    private static func source(of content: JSONValue) -> JSONValue {
      guard let from = content["from"] else { return .null }
      return .array([from, content["reference"] ?? .null, content["importPolicy"]?["importMode"] ?? .null])
    }

    /// A tag with the defaults, without its generation.
    private static func content(of tag: JSONValue) -> JSONValue {
      guard case .object(let members) = tag.withoutEmpties else { return tag }
      var content = members.filter { !["generation", "importPolicy", "referencePolicy"].contains($0.name) }
      var importPolicy: [JSONValue.Member] = []
      if case .object(let members)? = tag["importPolicy"]?.withoutEmpties { importPolicy = members }
      if !importPolicy.contains(where: { $0.name == "importMode" }) {
        importPolicy.append(JSONValue.Member("importMode", .string("Legacy")))
      }
      content.append(JSONValue.Member("importPolicy", .object(importPolicy)))
      let type = tag["referencePolicy"]?["type"]?.text ?? ""
      content.append(JSONValue.Member("referencePolicy", .object([JSONValue.Member("type", .string(type.isEmpty ? "Source" : type))])))
      return .object(content)
    }

    /// What is wrong with the stream as it is; nil when nothing is.
    func difference(from stream: ImageStreamObject) -> String? {
      if stream.metadata.generation != generation { return "generation \(stream.metadata.generation), not \(generation)" }
      guard case .array(let stored)? = stream.json["spec"]?["tags"] ?? .array([]) else { return "no tags" }
      if stored.count != tags.count { return "\(stored.count) tags, not \(tags.count)" }
      for tag in stored {
        guard let expected = tags[tag["name"]?.text ?? ""] else { return "a tag too many" }
        if Self.content(of: tag) != expected.content { return "\(tag.compactJSON), not \(expected.content.compactJSON)" }
        if tag["generation"] != .integer(expected.generation) { return "\(tag.compactJSON), not generation \(expected.generation)" }
      }
      return nil
    }
  }

  @Test func `the replay of every version ends in what the rules say, and the past stays readable`() async throws {
    let step = ProcessInfo.processInfo.environment["ISDB_TEST_WHOLE_TRACE"] == nil ? 24 : 1
    try await withImageStore { store in
      var namespaces: [String: String] = [:]
      var expectations: [ImageStreamName: Expectation] = [:]
      var past: [(revision: Revision, stream: ImageStreamObject)] = []
      var count = 0
      for line in try TestData.lines(ofPacked: "library-imagestream-trace.jsonl.gz") {
        // {"t":…,"c":"…","p":"PATH": most lines are passed over, so that they need not be read as JSON.
        let path = String(decoding: line.split(separator: UInt8(ascii: "\""), maxSplits: 10)[9], as: UTF8.self)
        let number = namespaces.count
        let namespace = namespaces[path] ?? "file-\(number)"
        namespaces[path] = namespace
        guard (Int(namespace.dropFirst(5)) ?? 0) % step == 0 else { continue }
        let entry = try JSONValue(parsing: Array(line))
        #expect(entry["p"]?.text == path)
        guard let version = entry["is"] else {
          for name in try store.read({ try $0.imageStreams(in: namespace).elements.map(\.name) }) {
            try await store.removeImageStream(name)
            expectations[name] = nil
          }
          continue
        }
        guard case .imageStream(var request)? = try ObjectDocuments(parsing: Array(version.compactJSON.utf8)).objects.first else {
          Issue.record("\(path) has no stream")
          continue
        }
        request.metadata.namespace = namespace
        let name = try ImageStreamName("\(namespace)/\(request.metadata.name)")
        let commit = try await store.write { [request] in try $0.apply(.imageStream(request)) }
        expectations[name, default: Expectation()].apply(version)
        count += 1
        guard count % 5 == 0, let stream = try store.read({ try $0.imageStreamObject(name) }) else { continue }
        #expect(expectations[name]?.difference(from: stream) == nil, "\(path), version \(count)")
        if count % 50 == 0 { past.append((commit.revision, stream)) }
      }
      #expect(count > 18_000 / step / 2)
      let names = try store.read { try $0.imageStreams().elements.map(\.name) }
      #expect(Set(names) == Set(expectations.keys))
      for name in names {
        let stream = try #require(try store.read { try $0.imageStreamObject(name) })
        #expect(expectations[name]?.difference(from: stream) == nil, "\(name)")
      }
      for (revision, stream) in past {
        let name = try ImageStreamName("\(stream.metadata.namespace)/\(stream.metadata.name)")
        let then = try store.read(at: .revision(revision)) { try $0.imageStreamObject(name) }
        #expect(then == stream, "\(name) at \(revision)")
      }
    }
  }
}
