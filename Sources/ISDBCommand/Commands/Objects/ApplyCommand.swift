import ArgumentParser
import ImageAPI
import ImageStreamDB

/// `isdb apply`.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Make streams and tags what objects of image.openshift.io/v1 say.",
    discussion: """
      Takes the ImageStream, ImageStreamTag, ImageStreamMapping and Image objects that OpenShift's users have, as JSON or YAML, several in a file or a \
      list. The spec is what counts: a tag of another stream is resolved at once, an image of a registry waits for isdb import. All files are read \
      before anything changes; each object is applied in a revision of its own, in order. An object that was exported from this store is refused \
      when the stream has changed since.
      """)

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A file, a directory, or - for standard input; may be repeated.", valueName: "path"), completion: .file())
  var file: [String]

  @Flag(name: [.customShort("R"), .long], help: "Read directories below a directory, too.")
  var recursive = false

  @Option(name: .shortAndLong, help: "The namespace of objects that name none.")
  var namespace: String?

  @Flag(name: .long, help: "Take the histories of streams that are not here yet, too, as they are in a cluster or another store.")
  var withStatus = false

  @Flag(name: .long, help: "Say what would happen, and change nothing.")
  var dryRun = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let files = try ObjectFiles(file, isRecursive: recursive)
    for warning in files.warnings { StandardStreams.report("isdb: warning: \(warning.printable)") }
    let sources = try files.sources.map { try placed($0) }
    var failure: Failure?
    let (applied, revision) = try await options.writing { store in
      if dryRun { return (try await rehearse(sources, in: store), try store.keyValues.revision()) }
      var applied: [AppliedObject] = []
      for source in sources {
        do { applied.append(try await apply(source.object, in: store)) } catch {
          // The others may be fine; what a cluster's tools do as well.
          let reason = Failure(error)
          StandardStreams.report("isdb: \(source.path.printable): \(reason.message ?? "")")
          failure = failure ?? reason
        }
      }
      return (applied, try store.keyValues.revision())
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "dryRun": dryRun ? .boolean(true) : nil,
      "items": .array(
        applied.map { .object(["name": .string($0.name), "outcome": .string($0.outcome.rawValue)]) }),
    ])
    try output.print(document) { applied.map { "\($0.name.printable) \($0.outcome.rawValue)\(dryRun ? " (dry run)" : "")" } }
    if let failure { throw SilentExit(status: failure.status) }
  }

  /// The object in its namespace.
  private func placed(_ source: ObjectFiles.Source) throws -> ObjectFiles.Source {
    var object = source.object
    if object.metadata.namespace.isEmpty, object.isNamespaced {
      guard let namespace else {
        throw StoreError(
          .invalidArgument,
          "\(source.path.printable): \(object.kind) \(object.metadata.name.printable) names no namespace; add metadata.namespace, or say --namespace"
        )
      }
      object.metadata.namespace = namespace
    }
    return ObjectFiles.Source(path: source.path, object: object)
  }

  private func apply(_ object: AnyAPIObject, in store: ImageStore) async throws -> AppliedObject {
    let (withStatus, by, because) = (withStatus, authorship.author, authorship.because)
    return try await store.write { try $0.apply(object, adoptsStatus: withStatus, by: by, because: because) }.value
  }

  /// Applies all objects in one write that is then given up.
  private func rehearse(_ sources: [ObjectFiles.Source], in store: ImageStore) async throws -> [AppliedObject] {
    let (withStatus, by, because) = (withStatus, authorship.author, authorship.because)
    do {
      try await store.write { writer in
        throw Rehearsal(applied: try sources.map { try writer.apply($0.object, adoptsStatus: withStatus, by: by, because: because) })
      }
      return []
    } catch let rehearsal as Rehearsal {
      return rehearsal.applied
    }
  }

  /// Ends a write that was only to show what it would do.
  private struct Rehearsal: Error {
    let applied: [AppliedObject]
  }
}
