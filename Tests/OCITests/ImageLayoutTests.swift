import OCI
import Testing

@Suite struct ImageLayoutTests {
  @Test func `only layouts of version 1.0.0 are read`() throws {
    try ImageLayout.validateHeader(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    #expect(
      #expect(throws: OCIError.self) { try ImageLayout.validateHeader(Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8)) }?.code
        == .unsupportedContent)
    #expect(throws: OCIError.self) { try ImageLayout.validateHeader(Array("{}".utf8)) }
    #expect(throws: OCIError.self) { try ImageLayout.validateHeader([UInt8](repeating: 0x20, count: 5000)) }
  }

  @Test func `entries are found by their names`() throws {
    func entry(_ name: String, _ content: String) -> String {
      #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(Digest(of: Array(content.utf8)))","size":1,"annotations":{"org.opencontainers.image.ref.name":"\#(name)"}}"#
    }
    let text =
      #"{"schemaVersion":2,"manifests":[\#(entry("v1", "a")),\#(entry("v2", "b")),\#(entry("v2", "c")),\#(entry("v3", "d")),\#(entry("v3", "d"))]}"#
    let index = try ImageLayout.parseIndex(Array(text.utf8))
    #expect(try index.descriptor(named: "v1").digest == Digest(of: Array("a".utf8)))
    #expect(try index.descriptor(named: "v3").referenceName == "v3")
    #expect(refusal { try index.descriptor(named: "v2") }?.code == .ambiguousContent)
    #expect(refusal { try index.descriptor(named: "v4") }?.code == .notFound)
  }

  @Test func `blobs lie under their algorithm`() {
    #expect(ImageLayout.blobPath(of: Digest(of: [])).hasPrefix("blobs/sha256/e3b0c442"))
  }

  @Test func `a manifest is not a layout's index`() {
    let text = #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"\#(Digest(of: []))","size":0},"layers":[]}"#
    #expect(throws: OCIError.self) { try ImageLayout.parseIndex(Array(text.utf8)) }
  }
}
