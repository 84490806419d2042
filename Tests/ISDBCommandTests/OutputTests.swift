import MVCC
import Testing

@testable import ISDBCommand

struct OutputTests {
  private let document = Document.object([
    "zebra": .string("a \"quote\"\n\u{1B}[2J ü"), "absent": nil, "apple": .integer(7), "list": .array([.boolean(true), .object([:])]),
    "none": .array([]),
  ])

  @Test func `members keep their order and absent ones are left out`() {
    #expect(
      JSONText.indented(document) == """
        {
          "zebra": "a \\"quote\\"\\n\\u001b[2J ü",
          "apple": 7,
          "list": [
            true,
            {}
          ],
          "none": []
        }
        """)
  }

  @Test func `a compact document is one line`() {
    #expect(JSONText.compact(document) == #"{"zebra":"a \"quote\"\n\u001b[2J ü","apple":7,"list":[true,{}],"none":[]}"#)
  }

  @Test func `YAML quotes what would not be read back as text`() throws {
    let document = Document.object([
      "number": .string("0123"), "truth": .string("true"), "nothing": .string(""), "tilde": .string("~"),
      "time": .string("2026-01-31T09:05:00Z"),
      "lines": .string("a\nb"), "plain": .string("shop/web:latest"), "count": .integer(3), "list": .array([.string("x")]),
      "none": .array([]),
      "longLine": .string(String(repeating: "word ", count: 40) + "end"),
    ])
    let text = try YAMLText.render(document)
    let expected = """
      number: "0123"
      truth: "true"
      nothing: ""
      tilde: "~"
      time: "2026-01-31T09:05:00Z"
      lines: "a\\nb"
      plain: shop/web:latest
      count: 3
      list:
      - x
      none: []
      longLine: \(String(repeating: "word ", count: 40) + "end")

      """
    #expect(text == expected)
  }

  @Test func `a table's columns are as wide as their widest cell`() {
    var table = Table("NAME", "TAGS", "UPDATED")
    table.add(["shop/web", "latest,stable", "5 minutes ago"])
    table.add(["a/b", "", ""])
    #expect(
      table.lines == [
        "NAME       TAGS            UPDATED",
        "shop/web   latest,stable   5 minutes ago",
        "a/b",
      ])
  }

  @Test func `what a terminal would obey is shown, not done`() {
    #expect("a\u{1B}[2Jb\nc\u{202E}d".printable == "a\\u{1b}[2Jb\\nc\\u{202e}d")
    #expect("plain ü 漢".printable == "plain ü 漢")
    #expect(printableBytes([0x61, 0xFF, 0x00]) == "a\\xff\\x00")
  }

  @Test func `text is cut to a width with an ellipsis`() {
    #expect("abcdef".abbreviated(to: 6) == "abcdef")
    #expect("abcdefg".abbreviated(to: 6) == "abcde…")
  }

  @Test(arguments: [
    (0, "just now"), (1, "1 second ago"), (119, "119 seconds ago"), (120, "2 minutes ago"), (7199, "119 minutes ago"),
    (7200, "2 hours ago"),
    (172_799, "47 hours ago"), (172_800, "2 days ago"), (1_209_600, "2 weeks ago"), (5_184_000, "2 months ago"),
    (63_072_000, "2 years ago"),
    (-60, "in the future"),
  ])
  func `an age has one unit`(seconds: Int64, text: String) {
    let now = Timestamp("2026-01-30T12:00:00Z")!
    #expect(Age(of: now - .seconds(seconds), now: now).description == text)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (29_536_818, "29.5 MB"), (999_999, "999 kB"), (1_000_000, "1.0 MB"),
    (274_877_906_944, "274 GB"),
    (Int64.max, "9223 PB"),
  ])
  func `a size has three digits or so`(bytes: Int64, text: String) {
    #expect(ByteCount(bytes).description == text)
  }

  @Test func `colour is for what is wrong, held or current, and for nobody but a person`() {
    let lines = ["NAME   STATUS", "shop/web:a   Held (pinned), ImportFailed (NotFound)   x", "  * quay.io/a", "  ! error: no"]
    #expect(Highlighting.apply(to: lines, isOn: false) == lines)
    #expect(
      Highlighting.apply(to: lines, isOn: true) == [
        "\u{1B}[1mNAME   STATUS\u{1B}[0m",
        "shop/web:a   \u{1B}[33mHeld (pinned)\u{1B}[0m, \u{1B}[31mImportFailed (NotFound)\u{1B}[0m   x",
        "\u{1B}[32m  * quay.io/a\u{1B}[0m", "\u{1B}[31m  ! error: no\u{1B}[0m",
      ])
  }
}
