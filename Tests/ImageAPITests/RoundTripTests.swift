import ImageAPI
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
}
