import ArgumentParser
import ImageStreamDB

/// `isdb resolve`.
struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Print where to pull the image of a tag from, by digest.",
    discussion: "Made for scripts: podman pull \"$(isdb resolve shop/web:latest)\".")

  @Argument(help: "A tag, or an image of a stream such as shop/web@3f2a91c07d5e.", completion: NameCompletion.tags)
  var name: String

  @Flag(name: .long, help: "Print the digest alone.")
  var digest = false

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let name = try ObjectName(name)
    let resolved = try options.reading { store in
      try store.read(at: point) { reader in
        switch name {
        case .tag(let tag): try reader.resolve(tag)
        case .stream(let stream): try reader.resolve(ImageStreamTagName(stream: stream, tag: Reference.defaultTag))
        case .streamImage(let image): try reader.resolve(image)
        case .image(let prefix):
          throw StoreError(
            .invalidArgument, "\(prefix) is an image, and resolved; name a tag, or a stream's image as NAMESPACE/STREAM@\(prefix)")
        }
      }
    }
    let document = Document.object([
      "image": resolved.image.map { .string("\($0)") }, "pullSpec": .string(resolved.pullSpec), "event": resolved.event.document,
    ])
    if digest, resolved.image == nil {
      throw StoreError(.notFound, "\(resolved.event.tag) is a reference that was not looked up, so its digest is unknown; import it")
    }
    try output.print(document) { [digest ? resolved.image.map { "\($0)" } ?? "" : resolved.pullSpec.printable] }
  }
}
