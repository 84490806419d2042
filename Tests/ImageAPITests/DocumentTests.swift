import ImageAPI
import Testing

@Suite struct DocumentTests {
  static func objects(_ text: String) throws(ObjectError) -> [AnyAPIObject] { try ObjectDocuments(parsing: Array(text.utf8)).objects }

  static func stream(_ text: String) throws -> ImageStreamObject {
    guard case .imageStream(let stream)? = try objects(text).first else { throw ObjectError(place: "kind", reason: "no stream") }
    return stream
  }

  static let yaml = """
    apiVersion: image.openshift.io/v1
    kind: ImageStream
    metadata:
      name: web
      annotations: {note: "1.10"}
    spec:
      lookupPolicy: {local: true}
      tags:
      - name: latest
        from: {kind: DockerImage, name: quay.io/shop/web:1}
        importPolicy: {scheduled: true}
    """

  @Test func `YAML and JSON say the same`() throws {
    let stream = try Self.stream(Self.yaml)
    #expect(stream.spec.tags.map(\.name) == ["latest"])
    #expect(stream.spec.tags[0].from == ObjectReference(kind: "DockerImage", name: "quay.io/shop/web:1"))
    #expect(stream.spec.tags[0].importPolicy.scheduled)
    #expect(stream.spec.lookupPolicy.local)
    #expect(stream.metadata.annotations == ["note": "1.10"])
    #expect(try Self.stream(stream.json.compactJSON) == stream)
    #expect(try Self.stream(stream.json.indentedJSON) == stream)
    #expect(try Self.stream(stream.json.yaml()) == stream)
  }

  @Test func `several documents and lists are read in their order`() throws {
    let second = Self.yaml.replacing("name: web", with: "name: api")
    #expect(try Self.objects("---\n\(Self.yaml)\n---\n\(second)\n---\n").map(\.object.metadata.name) == ["web", "api"])
    let list = JSONValue.list(try Self.objects(Self.yaml) + Self.objects(second))
    #expect(try Self.objects(list.compactJSON).map(\.object.metadata.name) == ["web", "api"])
    let typed = #"{"kind":"ImageStreamList","apiVersion":"image.openshift.io/v1","items":[{"metadata":{"name":"web"}}]}"#
    #expect(try Self.objects(typed).map(\.object.metadata.name) == ["web"])
  }

  static let refusals: [(text: String, sentence: String)] = [
    (
      "{\"kind\":\"ImageStream\",\"apiVersion\":\"v1\",\"spec\":{\"tags\":[{\"from\":{\"kind\":7}}]}}",
      "spec.tags[0].from.kind: it is the number 7 and must be a string; put it in quotation marks"
    ),
    (yaml.replacing("latest", with: "1.10"), "spec.tags[0].name: it is the number 1.10 and must be a string; put it in quotation marks"),
    (yaml.replacing("{local: true}", with: "[]"), "spec.lookupPolicy: it is an array and must be an object"),
    (yaml.replacing("local: true", with: "local: perhaps"), "spec.lookupPolicy.local: it is a string and must be true or false"),
    ("{\"apiVersion\":\"v1\"}", "kind: it is missing; say which kind of object this is, such as ImageStream"),
    (
      yaml.replacing("kind: ImageStream\n", with: "kind: Deployment\n"),
      "kind: it is Deployment, which is not a kind of image.openshift.io/v1 that can be read"
    ),
    (yaml.replacing("image.openshift.io/v1", with: "apps/v1"), "apiVersion: it is apps/v1 and must be image.openshift.io/v1"),
    ("\(yaml)\n---\nkind: ImageStream\n", "document 2, apiVersion: it is missing and must be image.openshift.io/v1"),
    ("a: [1, 2", "the document is not YAML: did not find expected ',' or ']' in line 2, column 1"),
    ("{\"kind\": 1, \"kind\": 2}", "the document has the key \"kind\" twice in one object, at byte 12"),
    ("a: b\na: c\n", "the document is not YAML: it has a twice in one mapping, which begins in line 1"),
    ("hello", "it is a string and must be an object"),
  ]

  @Test(arguments: refusals) func `what is no object is refused with its place`(text: String, sentence: String) {
    #expect(Result { () throws(ObjectError) in try Self.objects(text) }.failure?.description == sentence)
  }

  @Test func `deep nesting is refused before anything recurses over it`() {
    for text in [
      String(repeating: "[", count: 100_000), "a: " + String(repeating: "{b: ", count: 100_000),
      String(repeating: "- ", count: 100_000) + "a",
      (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), #"{"a":"# + String(repeating: "[", count: 100_000),
    ] {
      #expect(Result { () throws(ObjectError) in try Self.objects(text) }.failure?.description.contains("nested deeper") == true)
    }
  }

  @Test func `unknown fields are warned of, and those of the metadata kept`() throws {
    let text = Self.yaml.replacing("lookupPolicy:", with: "lookup: 1\n  lookupPolicy:").replacing(
      "name: web", with: "name: web\n  finalizers: [a/b]")
    let documents = try ObjectDocuments(parsing: Array(text.utf8))
    #expect(documents.warnings == ["unknown field \"spec.lookup\""])
    #expect(documents.objects[0].object.metadata.others == [JSONValue.Member("finalizers", .array([.string("a/b")]))])
    #expect(documents.objects[0].json["metadata"]?["finalizers"] == .array([.string("a/b")]))
  }

  @Test func `strings come through JSON with every character`() throws {
    let text = "\u{0}\u{1F}\u{7F}\"\\/\n\r\tä€😀\u{2028}"
    #expect(try JSONValue(parsing: Array(JSONValue.string(text).compactJSON.utf8)) == .string(text))
    #expect(try JSONValue(parsing: Array(#""\ud83d\ude00\u00e4\b\f\/""#.utf8)) == .string("😀ä\u{8}\u{C}/"))
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
