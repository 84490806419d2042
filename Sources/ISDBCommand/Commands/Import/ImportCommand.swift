import ArgumentParser
import ImageImport
import ImageStreamDB

/// `isdb import`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Fetch an image's metadata and point a tag at it.",
    discussion: """
      The source is an image in a registry (quay.io/shop/web:1.4), or in an OCI image layout in a directory (oci:PATH or oci:PATH:NAME) or a tar \
      archive (oci-archive:FILE). Manifests and configurations are fetched and verified, layers never. Without a destination the tag is named for \
      the repository's last two parts, so that quay.io/shop/web:1.4 becomes shop/web:1.4.

      A source without a registry, such as shop/web:1.4 or shop/web, is imported again from where it came from. If an import fails, the tag keeps \
      the image it has, and isdb describe shows why. Credentials are those that docker login and podman login keep.
      """)

  @Argument(help: "The image to import, or a tag or stream to import again.", completion: NameCompletion.tags)
  var source: String

  @Argument(help: "The tag to point at it; the source's own tag if it names none.", completion: NameCompletion.tags)
  var destination: String?

  @Flag(name: .long, help: "Import every tag of the repository.")
  var allTags = false

  @Flag(name: .long, help: "Allow plain HTTP, and HTTPS without a valid certificate.")
  var insecure = false

  @Option(name: .long, help: ArgumentHelp("Who imports it (default: the user's name).", valueName: "who"))
  var by: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let location = try ImportLocation(source)
    switch location {
    case .recorded(let scope):
      guard destination == nil, !allTags else {
        throw StoreError(
          .invalidArgument,
          "\"\(source.printable)\" names no registry; write it in full, as in docker.io/\(source.printable), or use isdb tag to copy a tag")
      }
      try await options.writing(creates: false) { store in
        let jobs = try recorded(scope, store)
        try await withSession(store, jobs) { try await ImportRun(session: $0, output: output).importAll(jobs) }
      }
    case .registry(let reference) where allTags:
      let stream = try location.stream(for: destination)
      try await options.writing { store in
        let repository = ImportJob(
          location: location, tag: try ImageStreamTagName(stream: stream, tag: Reference.defaultTag), isInsecure: insecure)
        try await withSession(store, [repository]) { session in
          let jobs = try await session.tags(of: reference).map { tag in
            ImportJob(
              location: .registry(try reference.withTag(tag)), tag: try ImageStreamTagName(stream: stream, tag: tag), isInsecure: insecure)
          }
          try await ImportRun(session: session, output: output).importAll(jobs)
        }
      }
    default:
      guard !allTags else {
        throw StoreError(.invalidArgument, "--all-tags needs a repository of a registry; import a layout's images one by one")
      }
      let job = ImportJob(location: location, tag: try location.tag(for: destination), isInsecure: insecure)
      try await options.writing { store in
        try await withSession(store, [job]) { try await ImportRun(session: $0, output: output).importOne(job) }
      }
    }
  }

  /// What was imported to the tags of a scope before.
  private func recorded(_ scope: TagScope, _ store: ImageStore) throws -> [ImportJob] {
    let tags = try store.read { try $0.tags(in: scope).elements }
    let jobs = try tags.compactMap { tag in
      try tag.importSource.map { ImportJob(location: try ImportLocation($0), tag: tag.name, isInsecure: insecure || $0.isInsecure) }
    }
    if jobs.isEmpty {
      throw StoreError(
        .notFound, "nothing was imported to \(scope) before; to import from Docker Hub, write docker.io/\(source.printable)")
    }
    return jobs
  }

  /// Lends a session that reaches the jobs' registries as they allow, and ends it.
  private func withSession(_ store: ImageStore, _ jobs: [ImportJob], _ body: (ImportSession) async throws -> Void) async throws {
    let session = ImportSession(
      store: store, by: by ?? AuthorOptions.userName, insecureRegistries: Set(jobs.filter(\.isInsecure).compactMap(\.registry)))
    do {
      try await body(session)
    } catch {
      await session.close()
      throw error
    }
    await session.close()
  }
}
