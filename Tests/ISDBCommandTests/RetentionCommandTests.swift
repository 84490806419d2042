import MVCC
import TestSupport
import Testing

struct RetentionCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a policy is set, listed, applied and removed`() async throws {
    for value in ["one", "two", "three"] {
      _ = try await isdb("kv", "put", "lock/a", value)
      _ = try await isdb("kv", "put", "app/a", value)
    }
    #expect(try await isdb("retention", "set", "--prefix", "lock/", "--revisions", "0").output == "lock/*: 0 revisions\n")
    #expect(
      try await isdb("retention", "set", "--revisions", "1000", "--age", "1h30m", "--maximum-lag", "2 weeks").output
        == "all other keys: 1000 revisions or 90m, consumers at most 14d behind\n")
    #expect(try await isdb("retention", "apply").output == "lock/*: the oldest readable revision is 7\n")
    #expect(try await isdb("retention", "apply").output == "nothing to drop\n")
    #expect(
      try await isdb("retention", "list").lines == [
        "KEYS             OLDEST   KEPT", "all other keys   1        1000 revisions or 90m, consumers at most 14d behind",
        "lock/*           7        0 revisions",
      ])
    #expect(try await isdb("kv", "get", "app/a", "--at", "3").output == "one")
    try await isdb.refuses(
      "kv", "get", "lock/a", "--at", "3", status: 66, saying: "revision 3 is compacted; the oldest readable revision is 7")
    #expect(try await isdb("retention", "remove", "--prefix", "lock/").status == 0)
    try await isdb.refuses("retention", "remove", "--prefix", "other/", status: 66, saying: "other/")
    try await isdb.refuses("retention", "set", "--age", "soon", status: 64, saying: "is not a length of time")
    #expect(try await isdb("check").status == 0)
  }

  @Test func `an alarm is shown, refuses puts and is disarmed`() async throws {
    _ = try await isdb("kv", "put", "k", "v")
    let store = try RevisionStore.open(at: directory.appending("store"))
    try await store.raiseAlarm(.noSpace)
    store.close()
    #expect(try await isdb("alarm", "list").lines.last?.hasPrefix("NOSPACE   0") == true)
    #expect(try await isdb("info").lines.contains("Alarms:            NOSPACE"))
    try await isdb.refuses("kv", "put", "k", "w", status: 74, saying: "disarm the alarm NOSPACE")
    #expect(try await isdb("kv", "delete", "k").status == 0)
    #expect(try await isdb("alarm", "disarm", "nospace").output.hasPrefix("disarmed NOSPACE"))
    #expect(try await isdb("alarm", "disarm").output == "no alarm was raised\n")
    #expect(try await isdb("kv", "put", "k", "w").status == 0)
  }
}
