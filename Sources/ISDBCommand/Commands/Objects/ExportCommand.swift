import ArgumentParser
import ImageAPI
import ImageStreamDB

/// `isdb export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print streams as objects of image.openshift.io/v1.",
    discussion: "One stream is one object, several are a list; isdb apply and OpenShift's tools take both.")

  /// The forms of objects.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case yaml
    case json
  }

  @Argument(help: "Streams (NAMESPACE/STREAM) or whole namespaces; none means everything.", completion: NameCompletion.tags)
  var name: [String] = []

  @Flag(name: .long, help: "Leave out what the store says: status, generation, time, version.")
  var specOnly = false

  @Option(name: .long, help: "The most events of each tag, newest first; 0 means all.")
  var history: Int = 0

  @OptionGroup var read: ReadOptions
  @Option(name: [.short, .long], help: ArgumentHelp("The form of the output.", valueName: "format"))
  var output: Format = .yaml
  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard history >= 0 else { throw ValidationError("--history is the number of events, and 0 means all") }
  }

  func run() throws {
    let point = try read.point()
    let scopes = try name.isEmpty ? [.all] : name.map { try TagScope($0) }
    let streams = try options.reading { store in
      try store.read(at: point) { reader in
        var streams: [ImageStreamObject] = []
        for scope in scopes {
          for name in try names(in: scope, &reader) {
            guard let stream = try reader.imageStreamObject(name, historyLimit: history) else { continue }
            streams.append(specOnly ? stream.withoutStatus : stream)
          }
        }
        return streams
      }
    }
    let value: JSONValue
    if scopes.count == 1, case .stream = scopes[0], let stream = streams.first {
      value = stream.json
    } else {
      value = .list(streams.map { .imageStream($0) })
    }
    switch output {
    case .json: try StandardStreams.write(value.indentedJSON + "\n")
    case .yaml: try StandardStreams.write(value.yaml())
    }
  }

  private func names(in scope: TagScope, _ reader: inout ImageStreamReader) throws -> [ImageStreamName] {
    switch scope {
    case .all: return try reader.imageStreams().elements.map(\.name)
    case .namespace(let namespace): return try reader.imageStreams(in: namespace).elements.map(\.name)
    case .stream(let name):
      guard try reader.imageStream(name) != nil else {
        throw StoreError(.notFound, "there is no image stream \(name); see isdb list streams")
      }
      return [name]
    case .tag(let tag):
      throw StoreError(.invalidArgument, "\(tag) is a tag, and streams are exported whole; write \(tag.stream)")
    }
  }
}
