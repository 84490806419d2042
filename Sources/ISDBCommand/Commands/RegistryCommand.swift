import ArgumentParser
import ImageStreamDB

/// `isdb registry`.
struct RegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Show or say which registries stand for the store itself.",
    discussion: """
      Tags whose reference policy is Local resolve to the internal one, as HOST/NAMESPACE/STREAM@DIGEST; lists and descriptions show the external one. \
      Without one, such tags resolve to where their images are. An empty host removes it.
      """)

  @Option(name: .long, help: ArgumentHelp("Where images are pulled through from inside.", valueName: "host[:port]"))
  var `internal`: String?

  @Option(name: .long, help: ArgumentHelp("Where they are pulled through from outside.", valueName: "host[:port]"))
  var external: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    var hosts = RegistryHosts()
    if `internal` == nil, external == nil {
      hosts = try options.reading { store in try store.read { try $0.registryHosts() } }
    } else {
      let (inside, outside) = (try `internal`.map(host), try external.map(host))
      hosts = try await options.writing { store in
        try await store.write { writer in
          var hosts = try writer.registryHosts()
          if let inside { hosts.inside = inside.isEmpty ? nil : inside }
          if let outside { hosts.outside = outside.isEmpty ? nil : outside }
          try writer.setRegistryHosts(hosts)
          return hosts
        }.value
      }
    }
    let document = Document.object(["internal": hosts.inside.map { .string($0) }, "external": hosts.outside.map { .string($0) }])
    try output.print(document) { ["Internal:   \(hosts.inside ?? "none")", "External:   \(hosts.outside ?? "none")"] }
  }

  /// A host with an optional port, as a reference has it.
  private func host(_ text: String) throws -> String {
    if text.isEmpty { return text }
    guard let reference = try? Reference("\(text)/a/b"), reference.registry == text else {
      throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a registry's host; write one like registry.example.com:5000")
    }
    return text
  }
}
