import ArgumentParser
import ImageStreamDB

/// `isdb use add`.
struct AddUseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Register what an object uses, in place of what it used before.",
    discussion: """
      A use is a tag (shop/web:latest), an image by its whole digest (sha256:…), or a pull spec whose first part is a host. A pull spec by digest means \
      the image, another one the tag that its repository and tag name, whatever the host. With --merge, what the object used before stays.
      """)

  @Argument(help: "The object: KIND/NAMESPACE/NAME, as in deployment/shop/web.")
  var object: String

  @Argument(help: "Tags, images and pull specs.", completion: NameCompletion.tags)
  var uses: [String]

  @Flag(name: .long, help: "Keep what the object used before, too.")
  var merge = false

  @Option(name: .long, help: ArgumentHelp("Who registers it (default: the user's name).", valueName: "who"))
  var by: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let object = try UsingObject(object)
    let (targets, author, merge) = (try Targets(uses), by ?? AuthorOptions.userName, merge)
    let use = try await options.writing { store in
      try await store.write { writer in
        let before = merge ? try writer.registeredUse(of: object) : nil
        return try writer.registerUse(
          by: object, tags: (before?.tags ?? []).adding(targets.tags), images: (before?.images ?? []).adding(targets.images),
          pullSpecs: (before?.pullSpecs ?? []).adding(targets.pullSpecs), author: author)
      }.value
    }
    try output.print(use.document) {
      ["\(use.object) uses \((use.tags.map(\.description) + use.images.map(\.description) + use.pullSpecs).joined(separator: ", "))"]
    }
  }

  /// The uses by what they are.
  private struct Targets: Sendable {
    var tags: [ImageStreamTagName] = []
    var images: [Digest] = []
    var pullSpecs: [String] = []

    init(_ texts: [String]) throws {
      for text in texts {
        if TagOrigin.namesRegistry(text) {
          pullSpecs.append(text)
        } else if let digest = try? Digest(text) {
          images.append(digest)
        } else if let at = text.firstIndex(of: "@") {
          images.append(try Digest(String(text[text.index(after: at)...])))
        } else {
          tags.append(try ImageStreamTagName(text))
        }
      }
    }
  }
}

extension Array where Element: Equatable {
  /// With those of the others that are not there.
  fileprivate func adding(_ others: [Element]) -> [Element] { self + others.filter { !contains($0) } }
}
