import ArgumentParser
import ImageStreamDB

/// `isdb describe`.
struct DescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Show all about a stream, a tag or an image.",
    discussion: """
      shop/web is a stream, shop/web:latest a tag, and shop/web@3f2a91c07d5e or 3f2a91c07d5e an image, whose digest may be cut to 12 digits. In a \
      tag's history the star marks what it points at.
      """)

  @Argument(help: "A stream, a tag or an image.", completion: NameCompletion.tags)
  var name: String

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let name = try ObjectName(name)
    try options.reading { store in
      switch name {
      case .stream(let stream):
        let description = try store.read(at: point) { try StreamDescription(stream, &$0) }
        try output.print(description.document) { description.lines(now: .now) }
      case .tag(let tag):
        let description = try store.read(at: point) { try TagDescription(tag, &$0) }
        try output.print(description.document) { description.lines(now: .now) }
      case .streamImage(let image):
        let description = try store.read(at: point) { try ImageDescription(image, &$0) }
        try output.print(description.document) { description.lines(now: .now) }
      case .image(let prefix):
        let description = try store.read(at: point) { try ImageDescription(prefix, &$0) }
        try output.print(description.document) { description.lines(now: .now) }
      }
    }
  }
}
