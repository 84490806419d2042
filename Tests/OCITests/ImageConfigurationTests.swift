import OCI
import Testing

@Suite struct ImageConfigurationTests {
  private func parse(_ text: String) throws -> ImageConfiguration { try .parse(bytes: Array(text.utf8)) }

  @Test func `a configuration tells how to run the image and how it was made`() throws {
    let digest = Digest(of: [])
    let configuration = try parse(
      """
      {"architecture":"arm64","os":"linux","variant":"v8","created":"2024-01-02T03:04:05.678Z","author":"me","extra":[1],
       "config":{"Entrypoint":["/e"],"Cmd":["a","b"],"Env":["A=b"],"Labels":{"l":"m"},"User":"1000:1000","WorkingDir":"/w",
                 "ExposedPorts":{"80/tcp":{},"443/tcp":{}},"Volumes":{"/v":{}}},
       "rootfs":{"type":"layers","diff_ids":["\(digest)"]},
       "history":[{"created":"2024-01-02T03:04:05Z","created_by":"RUN x","comment":"c"},{"empty_layer":true}]}
      """)
    #expect(configuration.platform == Platform(os: "linux", architecture: "arm64", variant: "v8"))
    #expect(configuration.created == "2024-01-02T03:04:05.678Z")
    #expect(configuration.author == "me")
    #expect(configuration.diffIDs == [digest])
    #expect(configuration.history.map(\.isEmptyLayer) == [false, true])
    #expect(configuration.history[0].createdBy == "RUN x")
    let execution = try #require(configuration.execution)
    #expect(execution.entrypoint == ["/e"] && execution.command == ["a", "b"] && execution.environment == ["A=b"])
    #expect(execution.labels == ["l": "m"] && execution.user == "1000:1000" && execution.workingDirectory == "/w")
    #expect(execution.exposedPorts == ["443/tcp", "80/tcp"] && execution.volumes == ["/v"])
  }

  @Test func `an artifact's empty configuration is read as one that says nothing`() throws {
    let configuration = try parse("{}")
    #expect(
      configuration.platform == nil && configuration.execution == nil && configuration.diffIDs.isEmpty && configuration.history.isEmpty)
    let nulls = try parse(
      #"{"os":null,"config":{"Env":null,"Labels":null,"Volumes":null,"Cmd":null},"rootfs":{"diff_ids":null},"history":null}"#)
    #expect(nulls.execution?.environment == [])
  }

  @Test(arguments: [
    "[]", #"{"os":1}"#, #"{"rootfs":{"diff_ids":["x"]}}"#, #"{"config":{"Env":"A=b"}}"#, #"{"os":"a","os":"b"}"#,
    #"{"config":{"Labels":{"a":1}}}"#,
  ])
  func `a configuration with fields of another type is refused`(text: String) {
    #expect(throws: OCIError.self) { try parse(text) }
  }

  @Test func `a configuration may have 8 MiB`() throws {
    let padding = { (count: Int) in Array("{}".utf8) + [UInt8](repeating: 0x20, count: count - 2) }
    _ = try ImageConfiguration.parse(bytes: padding(8 << 20))
    #expect(refusal { try ImageConfiguration.parse(bytes: padding((8 << 20) + 1)) }?.code == .tooLarge)
  }
}
