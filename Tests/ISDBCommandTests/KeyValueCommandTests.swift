import Foundation
import TestSupport
import Testing

struct KeyValueCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a key is put, read, read as it was, listed and deleted`() async throws {
    #expect(try await isdb("kv", "put", "greeting", "hello").output == "put greeting at revision 2\n")
    #expect(try await isdb("kv", "put", "greeting", input: "hello again").output == "put greeting at revision 3\n")
    #expect(try await isdb("kv", "get", "greeting").output == "hello again")
    #expect(try await isdb("kv", "get", "greeting", "--at", "2").output == "hello")
    #expect(
      try await isdb("kv", "range").lines == [
        "KEY        REVISION   VERSION   VALUE",
        "greeting   3          2         hello again",
      ])
    #expect(try await isdb("kv", "delete", "greeting").output == "deleted 1 key at revision 4\n")
    #expect(try await isdb("kv", "delete", "greeting").output == "deleted 0 keys at revision 4\n")
    let empty = try await isdb("kv", "range")
    #expect(empty.output.isEmpty && empty.error.isEmpty && empty.status == 0)
  }

  @Test func `the difference between two revisions is listed, either way`() async throws {
    for (key, value) in [("a/changed", "1"), ("a/gone", "1"), ("a/same", "1"), ("b", "1"), ("a/changed", "2"), ("a/new", "2")] {
      _ = try await isdb("kv", "put", key, value)
    }
    _ = try await isdb("kv", "delete", "a/gone")
    #expect(
      try await isdb("kv", "diff", "a/", "--prefix", "--from", "5").lines == [
        "    KEY         FROM   TO   BEFORE   AFTER",
        "~   a/changed   2      6    1        2",
        "-   a/gone      3           1",
        "+   a/new              7             2",
      ])
    #expect(
      try await isdb("kv", "diff", "--from", "now", "--to", "5", "--keys-only").lines == [
        "    KEY         FROM   TO",
        "~   a/changed   6      2",
        "+   a/gone             3",
        "-   a/new       7",
      ])
    let document = try await isdb("kv", "diff", "--from", "5", "--limit", "1", "-o", "json").json
    #expect(document?["from"] as? Int == 5 && document?["to"] as? Int == 8 && document?["hasMore"] as? Bool == true)
    #expect((document?["items"] as? [[String: Any]])?.first?["kind"] as? String == "changed")
    #expect(try await isdb("kv", "diff", "--from", "8").output.isEmpty)
    try await isdb.refuses("kv", "diff", "--from", "9", status: 66, saying: "revision 9 is in the future")
  }

  @Test func `JSON and YAML carry every number`() async throws {
    _ = try await isdb("kv", "put", "a", "1")
    #expect(
      try await isdb("kv", "range", "--output", "yaml").output == """
        revision: 2
        items:
        - key: a
          createRevision: 2
          modRevision: 2
          version: 1
          value: "1"
        hasMore: false

        """)
    #expect(
      try await isdb("kv", "get", "a", "-o", "json").output == """
        {
          "key": "a",
          "createRevision": 2,
          "modRevision": 2,
          "version": 1,
          "value": "1"
        }

        """)
  }

  @Test func `ranges take a prefix, an end, a limit and an order`() async throws {
    for key in ["a", "b/1", "b/2", "c"] { _ = try await isdb("kv", "put", key, "v") }
    func keys(_ arguments: String...) async throws -> [String] {
      try await isdb(["kv", "range", "--keys-only"] + arguments).lines.dropFirst().map { String($0.prefix { $0 != " " }) }
    }
    #expect(try await keys("b", "--prefix") == ["b/1", "b/2"])
    #expect(try await keys("a", "b/2") == ["a", "b/1"])
    #expect(try await keys("b/2", "--from-key") == ["b/2", "c"])
    #expect(try await keys("--reverse", "--limit", "2") == ["c", "b/2"])
    #expect(try await isdb("kv", "range", "--count-only").output == "4\n")
    #expect(try await isdb("kv", "range", "--limit", "3", "-o", "json").json?["hasMore"] as? Bool == true)
  }

  @Test func `ranges are sorted and filtered before the limit cuts them`() async throws {
    for (key, value) in [("b", "1"), ("a", "3"), ("c", "2"), ("b", "4")] { _ = try await isdb("kv", "put", key, value) }  // 2…5
    func keys(_ arguments: String...) async throws -> String {
      try await isdb(["kv", "range", "--keys-only"] + arguments).lines.dropFirst().map { String($0.prefix { $0 != " " }) }.joined()
    }
    #expect(try await keys("--sort-by", "create") == "bac")
    #expect(try await keys("--sort-by", "modify", "--limit", "2") == "ac")
    #expect(try await keys("--sort-by", "value", "--reverse") == "bac")
    #expect(try await keys("--min-mod-rev", "4") == "bc")
    #expect(try await keys("--min-create-rev", "3", "--max-create-rev", "3") == "a")
    try await isdb.refuses("kv", "range", "--max-mod-rev=-1", status: 64, saying: "give a revision")
  }

  @Test func `the versions of a key are listed newest first`() async throws {
    for value in ["one", "two"] { _ = try await isdb("kv", "put", "k", value) }
    let items = try #require(try await isdb("kv", "history", "k", "-o", "json").json?["items"] as? [[String: Any]])
    #expect(items.map { $0["value"] as? String } == ["two", "one"])
    #expect(items.allSatisfy { ($0["time"] as? String)?.hasSuffix("Z") == true })
  }

  @Test func `a value that is not text survives and is shown in base 64`() async throws {
    _ = try await isdb("kv", "put", "k", "-", input: "a\0b")
    #expect(try await isdb("kv", "get", "k").output == "a\0b")
    #expect(try await isdb("kv", "range").lines.last?.hasSuffix("a\\u{0}b") == true)
  }

  @Test func `a watch that starts in the past prints what happened since and ends at its limit`() async throws {
    for value in ["one", "two"] { _ = try await isdb("kv", "put", "k", value) }
    _ = try await isdb("kv", "delete", "k")
    #expect(try await isdb("kv", "watch", "--after", "1", "--limit", "3").lines == ["2 put k one", "3 put k two", "4 delete k"])
    #expect(
      try await isdb("kv", "watch", "--after", "3", "--limit", "1", "--previous", "-o", "json").output
        == #"{"type":"delete","key":"k","modRevision":4,"previous":{"key":"k","createRevision":2,"modRevision":3,"version":2,"value":"two"}}"#
        + "\n")
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `a watch sees another process write and ends without a word`(signal: Int32) async throws {
    _ = try await isdb("kv", "put", "k", "one")
    let watch = try isdb.start(["kv", "watch", "--after", "1"])
    await watch.wait { output, _ in output.contains("one") }
    _ = try await isdb("kv", "put", "k", "two")
    await watch.wait { output, _ in output.contains("two") }
    watch.send(signal)
    let run = await watch.finish()
    #expect(run.lines == ["2 put k one", "3 put k two"])
    #expect(run.error.isEmpty)
    #expect(run.status == 128 + signal)
  }

  @Test func `image streams' keys are protected unless forced`() async throws {
    try await isdb.refuses("kv", "put", "isdb/tags/x", "v", status: 77, saying: "--force")
    _ = try await isdb("kv", "put", "a", "v")
    try await isdb.refuses("kv", "delete", "a", "--from-key", status: 77, saying: "--force")
    try await isdb.refuses("kv", "delete", "i", "--prefix", status: 77, saying: "--force")
    #expect(try await isdb("kv", "delete", "isdb/tags/x", "--force").status == 0)
    #expect(try await isdb("kv", "delete", "isdb0").status == 0)
  }

  @Test func `mistakes are told apart`() async throws {
    try await isdb.refuses("kv", "get", "k", status: 66, saying: "there is no store at")
    try await isdb.refuses("kv", "delete", "k", status: 66, saying: "there is no store at")
    _ = try await isdb("kv", "put", "k", "v")
    try await isdb.refuses("kv", "get", "other", status: 66, saying: "there is no key \"other\" at revision 2")
    try await isdb.refuses("kv", "history", "other", status: 66, saying: "no version of key \"other\"")
    try await isdb.refuses("kv", "get", "k", "--at", "9", status: 66, saying: "revision 9 is in the future; the newest revision is 2")
    try await isdb.refuses("kv", "get", "k", "--at", "soon", status: 64, saying: "neither a revision nor a time")
    try await isdb.refuses("kv", "get", "k", "--at", "0", status: 66, saying: "oldest readable revision")
    try await isdb.refuses("kv", "put", "", "v", status: 64, saying: "key is empty")
    try await isdb.refuses("kv", "put", String(repeating: "k", count: 481), "v", status: 65, saying: "has 481 bytes; the limit is 480")
    try await isdb.refuses("kv", "range", "a", "b", "--prefix", status: 64, saying: "exclude each other")
    try await isdb.refuses("kv", "range", "--prefix", status: 64, saying: "need a key")
    try await isdb.refuses("kv", "range", "--limit", "-1", status: 64, saying: "--limit")
    try await isdb.refuses("kv", "watch", "--limit", "-1", status: 64, saying: "--limit")
    try await isdb.refuses("kv", "delete", status: 64, saying: "needs a key")
    #expect(try await isdb("kv", "put", String(repeating: "k", count: 480), "v").status == 0)
  }
}
