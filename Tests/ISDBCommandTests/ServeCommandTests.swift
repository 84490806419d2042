#if Network
  import Foundation
  import TestSupport
  import Testing

  @Suite(.serialized) struct ServeCommandTests {
    @Test func `settings that cannot be are refused in one line`() async throws {
      let directory = try TemporaryDirectory()
      let isdb = Command(store: directory.appending("store"))
      try await isdb.refuses("serve", "--listen", "nowhere", status: 64, saying: "listen is \"nowhere\"; give an address and a port")
      try await isdb.refuses("serve", "--listen", "0.0.0.0:0", status: 64, saying: "can be reached from other machines")
      try await isdb.refuses("serve", "--shutdown-patience", "5 parsecs", status: 64, saying: "give a time such as 500ms")
      try await isdb.refuses("serve", "--cert-file", "x.pem", status: 64, saying: "both a certificate and its key")
      try await isdb.refuses("serve", "--client-cert-auth", status: 64, saying: "add --trusted-ca-file")
      try await isdb.refuses("serve", "--config-file", "/nonexistent", status: 64, saying: "is to be one JSON object")
      var told = isdb
      told.environment["ISDB_LOG_LEVEL"] = "loud"
      try await told.refuses("serve", status: 64, saying: "log-level is \"loud\"")
      try Data(#"{"max-txn-ops": "many"}"#.utf8).write(to: URL(fileURLWithPath: directory.appending("settings.json")))
      try await isdb.refuses(
        "serve", "--config-file", directory.appending("settings.json"), status: 64, saying: "max-txn-ops is \"many\"; give a number")
    }
  }
#endif
