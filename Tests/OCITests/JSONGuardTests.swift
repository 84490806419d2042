import OCI
import Testing

@Suite struct JSONGuardTests {
  private func check(_ text: String, _ limits: JSONGuard = .manifest) throws -> JSONGuard.Outline {
    try limits.check(Array(text.utf8), subject: "document")
  }

  @Test(arguments: [
    "{}", "[]", "0", "-0", "1.5e+10", "1E5", "\"\"", "null", "true", " [1, 2 ,3]\n", "{\"a\":{\"a\":[{},[],\"a\"]}}",
    "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
    "{\"a\":1,\"A\":2}",
  ])
  func `what RFC 8259 allows is accepted`(text: String) throws { _ = try check(text) }

  @Test(arguments: [
    "", " ", "{", "[", "}", "]", "{]", "[}", "[1,]", "{\"a\":1,}", "{,}", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{1:1}",
    "'a'", "[1 2]",
    "{\"a\":1 \"b\":2}", "{} {}", "{}x", "1 2", "01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", "tru", "nulll",
    "truefalse", "\"", "\"\\",
    "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\n\"",
    "\"\u{0}\"", "// c\n1",
    "\u{FEFF}{}", "[1:2]", "{\"a\":1:2}", "\u{A0}1",
  ])
  func `what RFC 8259 does not allow is refused`(text: String) {
    let error = #expect(throws: OCIError.self) { try check(text) }
    #expect(error?.code == .malformedContent)
  }

  @Test(
    arguments: [
      [0xFF], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    let error = #expect(throws: OCIError.self) { try JSONGuard.manifest.check(bytes, subject: "document") }
    #expect(error?.code == .malformedContent)
  }

  @Test(arguments: [
    "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]", "{\"\":1,\"\":2}",
    "{\"\u{E9}\":1,\"e\u{301}\":2}",
    "{\"\u{1F600}\":1,\"\\ud83d\\ude00\":2}", "{\"a\\/b\":1,\"a/b\":2}",
  ])
  func `a key twice in one object is refused however it is escaped`(text: String) {
    let error = #expect(throws: OCIError.self) { try check(text) }
    #expect(error?.code == .ambiguousContent)
  }

  @Test func `the same key in different objects is fine`() throws {
    #expect(try check("[{\"a\":1},{\"a\":{\"a\":1}}]").tokenCount == 9)
  }

  @Test func `64 levels are accepted and 65 are not`() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try check(nested(64))
    #expect(refusal { try check(nested(65)) }?.code == .tooLarge)
    #expect(refusal { try check(String(repeating: "[", count: 1_000_000)) }?.code == .tooLarge)
    #expect(refusal { try check(String(repeating: "{\"a\":", count: 700_000)) }?.code == .tooLarge)
  }

  @Test func `a hundred thousand tokens are accepted and one more is not`() throws {
    func list(_ count: Int) -> String { "[" + String(repeating: "1,", count: count - 1) + "1]" }
    #expect(try check(list(99_999)).tokenCount == 100_000)
    #expect(refusal { try check(list(100_000)) }?.code == .tooLarge)
  }

  @Test func `the size limit is exact`() throws {
    let limits = JSONGuard(maximumBytes: 4)
    _ = try check("\"ab\"", limits)
    #expect(refusal { try check("\"abc\"", limits) }?.code == .tooLarge)
  }

  @Test func `the outermost keys are told`() throws {
    #expect(try check("{\"a\":{\"b\":1},\"c\":[]}").topLevelKeys == ["a", "c"])
    #expect(try check("[{\"a\":1}]").topLevelKeys == nil)
    #expect(try check("{}").topLevelKeys == [])
  }

  @Test func `every cut of a document is refused without a crash`() throws {
    let text = Array("{\"a\":[1.5e3,\"\\u00e9\\n\",true,null,{\"b\":-0}],\"c\":\"d\"}".utf8)
    for end in 0..<text.count {
      #expect(throws: OCIError.self) { try JSONGuard.manifest.check(Array(text[..<end]), subject: "document") }
    }
  }
}
