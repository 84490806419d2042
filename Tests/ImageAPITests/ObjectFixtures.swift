import ImageAPI
import ImageStreamDB
import TestSupport
import Testing

/// Objects made for tests.
enum ObjectFixtures {
  static let registry = "registry.local:5000"
  static let digests = (0..<4).map { "sha256:" + String(repeating: "\($0)", count: 64) }

  static func stream(_ name: String, tags: [ImageStreamObject.TagReference] = []) -> ImageStreamObject {
    var stream = ImageStreamObject(metadata: ObjectMeta(name: name, namespace: "shop"))
    stream.spec.tags = tags
    return stream
  }

  static func tag(_ name: String, _ kind: String, _ from: String, in namespace: String = "") -> ImageStreamObject.TagReference {
    ImageStreamObject.TagReference(name: name, from: ObjectReference(kind: kind, namespace: namespace, name: from))
  }

  static func event(
    _ digest: Int, at seconds: Int64 = 0, generation: Int64 = 1, repository: String = "quay.io/a/b"
  ) -> ImageStreamObject.TagEvent {
    ImageStreamObject.TagEvent(
      created: ObjectTime(time(seconds)), dockerImageReference: "\(repository)@\(digests[digest])", image: digests[digest],
      generation: generation)
  }

  /// A stream with a history, as a store would answer it.
  static func stored(
    _ name: String, tags: [ImageStreamObject.TagReference] = [], _ history: [String: [ImageStreamObject.TagEvent]]
  ) -> ImageStreamObject {
    var stream = stream(name, tags: tags).defaulted()
    stream.metadata.generation = 1
    stream.metadata.resourceVersion = "1"
    for index in stream.spec.tags.indices { stream.spec.tags[index].generation = 1 }
    stream.status.dockerImageRepository = "\(registry)/shop/\(name)"
    stream.status.tags = history.map { ImageStreamObject.NamedTagEventList(tag: $0.key, items: $0.value) }
    return stream.canonical
  }

  static func time(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: seconds * 1000) }

  static func items(_ stream: ImageStreamObject, _ tag: String) -> [ImageStreamObject.TagEvent] { stream.statusTag(tag)?.items ?? [] }

  /// What a refused request is answered with; nil when it is not refused.
  static func refusal<Value>(_ body: () async throws -> Value) async -> StatusObject? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? StatusError)?.status
    }
  }

  /// Expects that a request is refused with that status.
  static func expectRefusal<Value>(
    _ code: Int64, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value
  ) async {
    let status = await refusal(body)
    #expect(status?.code == code, "\(status?.message ?? "not refused")", sourceLocation: sourceLocation)
  }
}
