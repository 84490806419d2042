import ImageAPI
import ImageStreamDB
import TestSupport
import Testing

/// Every real object there is at hand.
@Suite(
  .enabled(
    if: TestData.path("imagestreams") != nil, "real image streams are not here; set ISDB_TEST_DATA to the folder that holds imagestreams/"))
struct RoundTripTests {
  /// Built to be broken, and the place that the refusal must name.
  static let refused: [String: String] = [:]

  @Test func `every real object goes in and comes out equal`() throws {
    let files = try TestData.files(in: "imagestreams")
    #expect(files.count > 100)
    for (name, bytes) in files {
      let original = try JSONValue(parsing: bytes)
      do {
        let documents = try ObjectDocuments(parsing: bytes)
        let written = documents.objects.count == 1 ? documents.objects[0].json : .list(documents.objects)
        #expect(written.withoutEmpties == original.withoutEmpties, "\(name)")
        #expect(documents.warnings == [], "\(name)")
        let again = try ObjectDocuments(parsing: Array(written.compactJSON.utf8))
        #expect(again.objects == documents.objects, "\(name)")
      } catch {
        let place = try #require(Self.refused[name], "\(name): \(error)")
        #expect(error.place == place, "\(name)")
      }
    }
  }

  @Test func `every real object comes through YAML unchanged`() throws {
    for (name, bytes) in try TestData.files(in: "imagestreams") {
      let original = try JSONValue(parsing: bytes)
      let objects = try ObjectDocuments(parsing: Array(original.yaml().utf8)).objects
      #expect(objects.map { $0.json.withoutEmpties } == [original.withoutEmpties], "\(name)")
    }
  }

  @Test func `every real stream goes into a store with its history and comes out equal`() async throws {
    try await withImageStore { store in
      var count = 0
      var refused: [String: StatusObject] = [:]
      for (index, file) in try TestData.files(in: "imagestreams").enumerated() {
        for case .imageStream(var stream) in try ObjectDocuments(parsing: file.bytes).objects {
          stream.metadata.namespace = "file-\(index)"
          do {
            let stored = try await store.write { [stream] in try $0.adopt(stream) }.value
            #expect(Self.comparable(stored) == Self.comparable(stream.defaulted().canonical), "\(file.name)")
            let name = try ImageStreamName("file-\(index)/\(stored.metadata.name)")
            let read = try store.read { try $0.imageStreamObject(name) }
            #expect(read == stored, "\(file.name)")
            count += 1
          } catch let error as StatusError {
            refused[file.name] = error.status
          }
        }
      }
      #expect(count > 100)
      // Templates whose parameters are not filled in, times that are none, an owner without a uid, a repository with a tag.
      #expect(refused.count < 20)
      for (name, status) in refused {
        let isKnown = ["$", "{{", "parsing time", "ownerReferences.uid", "may not contain a tag", "name or generateName is required"]
          .contains {
            status.message.contains($0)
          }
        #expect(isKnown, "\(name): \(status.message)")
      }
    }
  }

  /// The stream without what is the store's own: identity, version, where it is served, and a time where none was given.
  static func comparable(_ stream: ImageStreamObject) -> ImageStreamObject {
    var comparable = stream
    comparable.metadata.uid = ""
    comparable.metadata.resourceVersion = ""
    comparable.metadata.creationTimestamp = nil
    comparable.metadata.generation = max(1, stream.metadata.generation)
    comparable.metadata.others.removeAll { ["selfLink", "managedFields"].contains($0.name) }
    comparable.status.dockerImageRepository = ""
    comparable.status.publicDockerImageRepository = ""
    comparable.status.tags.removeAll { $0.items.isEmpty && $0.conditions.isEmpty }
    for index in comparable.spec.tags.indices where (comparable.spec.tags[index].generation ?? 0) == 0 {
      comparable.spec.tags[index].generation = comparable.metadata.generation
    }
    return comparable
  }
}
