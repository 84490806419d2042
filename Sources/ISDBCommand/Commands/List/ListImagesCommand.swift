import ArgumentParser
import ImageStreamDB

/// `isdb list images`.
struct ListImagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images", abstract: "List images whose metadata was imported.")

  @OptionGroup var page: PageOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let (images, revision) = try options.reading { store in
      try store.read(at: point) { (try $0.images(limit: page.limit), $0.revision) }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "items": .array(images.elements.map(\.document)), "hasMore": .boolean(images.hasMore),
    ])
    try output.print(
      document, table: { table(images.elements) }, ifEmpty: "no images; import one with isdb import", hasMore: images.hasMore)
  }

  private func table(_ images: [Image]) -> Table {
    var table = Table("IMAGE", "PLATFORM", "LAYERS", "SIZE", "CREATED", "REPOSITORY")
    let now = Timestamp.now
    for image in images {
      let created = image.created.flatMap { Timestamp($0) }.map { "\(Age(of: $0, now: now))" } ?? ""
      table.add([
        image.digest.short, image.platformText, image.isIndex ? "" : "\(image.layers.count)",
        image.isIndex ? "" : "\(ByteCount(Int64(image.layerByteCount)))", created, image.repository ?? "",
      ])
    }
    return table
  }
}
