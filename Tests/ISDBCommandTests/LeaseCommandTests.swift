import Foundation
import TestSupport
import Testing

struct LeaseCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a lease is granted, used, shown, listed, kept alive and revoked`() async throws {
    #expect(try await isdb("lease", "grant", "1000", "--id", "2a").output == "granted lease 000000000000002a for 1000 s\n")
    #expect(try await isdb("kv", "put", "a", "1", "--lease", "2a").output == "put a at revision 2\n")
    let shown = try await isdb("lease", "ttl", "000000000000002a", "--keys").lines
    #expect(shown.first?.contains(/lease 000000000000002a has 9\d\d of 1000 s left/) == true && shown.last == "a")
    #expect(try await isdb("lease", "list").lines.first.map(cells) == ["LEASE", "GRANTED", "LEFT"])
    #expect(try await isdb("lease", "keep-alive", "2a", "--once").output == "lease 000000000000002a has 1000 s again\n")
    #expect(try await isdb("kv", "get", "a", "-o", "json").json?["lease"] as? String == "000000000000002a")
    #expect(try await isdb("lease", "revoke", "2a").output == "revoked lease 000000000000002a at revision 3\n")
    try await isdb.refuses("kv", "get", "a", status: 66, saying: "there is no key \"a\"")
    #expect(try await isdb("lease", "list").output.isEmpty)
  }

  @Test func `JSON carries ids as the commands take them`() async throws {
    let granted = try await isdb("lease", "grant", "0", "--id", "ffffffffffffffff", "-o", "json").json
    #expect(granted?["id"] as? String == "ffffffffffffffff" && granted?["grantedSeconds"] as? Int == 2)
    let listed = try await isdb("lease", "list", "-o", "json").json
    #expect((listed?["items"] as? [[String: Any]])?.first?["id"] as? String == "ffffffffffffffff")
    let chosen = try await isdb("lease", "grant", "60", "-o", "json").json
    #expect((chosen?["id"] as? String)?.count == 16)
  }

  @Test func `what cannot be done says why`() async throws {
    _ = try await isdb("lease", "grant", "60", "--id", "1")
    try await isdb.refuses("lease", "grant", "60", "--id", "1", status: 73, saying: "lease 0000000000000001 exists already")
    try await isdb.refuses("lease", "grant", "9000000001", status: 64, saying: "the limit is 9000000000")
    try await isdb.refuses("lease", "revoke", "2", status: 66, saying: "there is no lease 0000000000000002")
    try await isdb.refuses("lease", "ttl", "2", status: 66, saying: "there is no lease 0000000000000002")
    try await isdb.refuses("lease", "keep-alive", "2", status: 66, saying: "there is no lease 0000000000000002")
    try await isdb.refuses("kv", "put", "a", "1", "--lease", "2", status: 66, saying: "there is no lease 0000000000000002")
    try await isdb.refuses("lease", "ttl", "xyz", status: 64, saying: "'xyz' is invalid")
  }

  @Test func `one of two keepers works, the other takes over when the first is interrupted`() async throws {
    _ = try await isdb("kv", "put", "a", "1")
    let first = try isdb.start(["keep"])
    await first.wait { $1.contains("keep: keeping the store") }
    let second = try isdb.start(["keep"])
    await second.wait { $1.contains("process \(first.processIdentifier) keeps the store; standing by") }
    first.send(SIGINT)
    #expect(await first.finish().status == 130)
    await second.wait { $1.contains("keep: keeping the store") }
    _ = try await isdb("lease", "grant", "2", "--id", "7")
    let watch = try isdb.start(["kv", "watch", "b", "--after", "2"])
    _ = try await isdb("kv", "put", "b", "1", "--lease", "7")
    await watch.wait { output, _ in output.contains("delete b") }
    #expect(watch.output == "3 put b 1\n4 delete b\n")
    watch.send(SIGTERM)
    second.send(SIGTERM)
    #expect(await second.finish().status == 143)
    _ = await watch.finish()
  }
}
