import Foundation
import MVCC
import TestSupport
import Testing

struct DictionaryCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  private func value(_ number: Int) -> [UInt8] {
    bytes("{\"kind\":\"Deployment\",\"namespace\":\"shop\",\"strategy\":\"RollingUpdate\",\"number\":\(number * 7919 % 1000)}")
  }

  @Test func `a dictionary that another process trained is used from the next batch on`() async throws {
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      let filled = try await store.write { writer in for number in 0..<200 { try writer.put(bytes("app/\(number)"), value(number)) } }
      #expect(filled.revision == 2)
      let trained = try await isdb("dictionary", "train", "app/", "-o", "json")
      #expect(trained.status == 0, "\(trained.error)")
      let items = try #require(trained.json?["items"] as? [[String: Any]])
      #expect(items.count == 1 && items[0]["outcome"] as? String == "adopted" && items[0]["identifier"] as? Int == 32_768)
      #expect(items[0]["recordCount"] as? Int == 200)

      try await store.write { writer in for number in 0..<200 { try writer.put(bytes("app/\(number)"), value(number)) } }
      #expect(try store.dictionaries().map(\.identifier) == [1, 2, 3, 4, 32_768])
      #expect(try store.dictionaries().last?.isInUse == true)
      #expect(try store.read { try $0.get(bytes("app/7"))?.value } == value(7))
    }
    let list = try await isdb("dictionary", "list")
    #expect(list.lines.first.map(cells) == ["NUMBER", "KEYS", "IN USE", "SIZE", "TRAINED", "BEFORE", "AFTER"])
    #expect(list.lines.count == 6)
    #expect(list.lines[1].hasPrefix("1        isdb/images/"))
    #expect(list.lines[5].hasPrefix("32768    app/"))
    let document = try await isdb("dictionary", "list", "-o", "json")
    #expect((document.json?["items"] as? [[String: Any]])?.count == 5)
    #expect(try await isdb("check").status == 0)
  }

  @Test func `every kind of record is trained when none is named, and keys with secrets are refused`() async throws {
    _ = try await isdb("kv", "put", "a", "b")
    let run = try await isdb("dictionary", "train")
    #expect(run.status == 0)
    #expect(run.lines.first.map(cells) == ["KEYS", "RECORDS", "SAMPLES", "BEFORE", "AFTER", "RESULT"])
    let classes = run.lines.dropFirst().compactMap { cells($0).first }
    #expect(classes.contains("isdb/images/") && classes.contains("isdb/events/"), "\(run.output)")
    // isdb/deliveries/ has a built-in dictionary and may hold secrets: it is left out.
    #expect(!classes.contains("isdb/deliveries/") && run.lines.dropFirst().allSatisfy { $0.hasSuffix("too few samples") }, "\(run.output)")
    try await isdb.refuses("dictionary", "train", "isdb/triggers/", status: 77, saying: "may hold secrets")
  }
}
