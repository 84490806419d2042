internal import MVCC
public import OCI

/// How two images differ.
public struct ImageDifference: Hashable, Sendable {
  /// A field that is not the same in both.
  public struct Field: Hashable, Sendable {
    /// Its name, such as `entrypoint`; of one of several, with its own name behind a dot, such as `environment.PATH` or `labels.version`.
    public let name: String
    /// What the first image says; nil when it says nothing.
    public let before: String?
    /// What the second image says; nil when it says nothing.
    public let after: String?
  }

  /// The image of a platform in two indexes.
  public struct Entry: Hashable, Sendable {
    /// The platform; nil for entries without one.
    public let platform: Platform?
    /// The image in the first index; nil when that has none for the platform.
    public let before: Digest?
    /// The image in the second index; nil when that has none for the platform.
    public let after: Digest?
  }

  /// The first image.
  public let source: Image
  /// The second image.
  public let target: Image
  /// The fields that differ, in the order of `Image`.
  public let fields: [Field]
  /// Layers that both have, in the order of the second image.
  public let sharedLayers: [Descriptor]
  /// Layers that only the first image has, in its order.
  public let removedLayers: [Descriptor]
  /// Layers that only the second image has, in its order.
  public let addedLayers: [Descriptor]
  /// The images of two indexes that differ, in the order of the first one, then of the second one.
  public let entries: [Entry]

  /// Whether they are the same image.
  public var isEmpty: Bool { source.digest == target.digest }

  /// Bytes that whoever has the first image still pulls for the second one, as layers are stored.
  public var addedByteCount: Int { addedLayers.reduce(0) { $0 + $1.size } }

  /// Bytes of layers that are not needed any more.
  public var removedByteCount: Int { removedLayers.reduce(0) { $0 + $1.size } }

  /// The difference from one image to another.
  public init(from source: Image, to target: Image) {
    self.source = source
    self.target = target
    fields = Self.fields(source, target)
    var open = Dictionary(grouping: source.layers, by: \.digest).mapValues(\.count)
    var (shared, added): ([Descriptor], [Descriptor]) = ([], [])
    for layer in target.layers {
      if let count = open[layer.digest], count > 0 {
        open[layer.digest] = count - 1
        shared.append(layer)
      } else {
        added.append(layer)
      }
    }
    // Of a layer that comes several times, the last ones are those too many.
    var removed: [Descriptor] = []
    for layer in source.layers.reversed() {
      guard let count = open[layer.digest], count > 0 else { continue }
      open[layer.digest] = count - 1
      removed.append(layer)
    }
    sharedLayers = shared
    addedLayers = added
    removedLayers = removed.reversed()
    entries = Self.entries(source.manifests, target.manifests)
  }

  private static func fields(_ source: Image, _ target: Image) -> [Field] {
    let (old, new) = (texts(source), texts(target))
    let (before, after) = (Dictionary(old) { $1 }, Dictionary(new) { $1 })
    var names: [String] = []
    var seen: Set<String> = []
    for name in (old + new).map(\.0) where before[name] != after[name] && seen.insert(name).inserted { names.append(name) }
    // Fields in the order of an image; inside of one with several, by name.
    let order = Dictionary(uniqueKeysWithValues: zip(fieldOrder, fieldOrder.indices))
    func place(_ name: String) -> Int { order[String(name.prefix { $0 != "." })] ?? fieldOrder.count }
    names.sort { (place($0), $0) < (place($1), $1) }
    return names.map { Field(name: $0, before: before[$0], after: after[$0]) }
  }

  private static let fieldOrder = [
    "mediaType", "artifactType", "platform", "created", "author", "repository", "entrypoint", "command", "environment", "workingDirectory",
    "user", "exposedPorts", "volumes", "labels", "annotations",
  ]

  /// Every field of an image that is a text, or several, by name.
  private static func texts(_ image: Image) -> [(String, String)] {
    let optional: [(String, String?)] = [
      ("mediaType", image.mediaType.rawValue), ("artifactType", image.artifactType?.rawValue), ("platform", image.platform?.description),
      ("created", image.created), ("author", image.author), ("repository", image.repository),
      ("entrypoint", joined(image.entrypoint)), ("command", joined(image.command)), ("workingDirectory", image.workingDirectory),
      ("user", image.user),
    ]
    var texts = optional.compactMap { name, text in text.map { (name, $0) } }
    for entry in image.environment {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      texts.append(("environment.\(parts[0])", parts.count == 2 ? String(parts[1]) : ""))
    }
    texts += image.exposedPorts.map { ("exposedPorts.\($0)", "") }
    texts += image.volumes.map { ("volumes.\($0)", "") }
    texts += image.labels.map { ("labels.\($0.key)", $0.value) }
    texts += image.annotations.map { ("annotations.\($0.key)", $0.value) }
    return texts
  }

  /// Words as one text, in which an empty one or one with blanks is quoted.
  private static func joined(_ words: [String]) -> String? {
    if words.isEmpty { return nil }
    return words.map { $0.isEmpty || $0.contains { $0 == " " || $0 == "\"" } ? $0.quotedForMessage : $0 }.joined(separator: " ")
  }

  private static func entries(_ source: [Descriptor], _ target: [Descriptor]) -> [Entry] {
    var entries: [Entry] = []
    var open = target
    for descriptor in source {
      if let same = open.firstIndex(where: { $0.digest == descriptor.digest && $0.platform == descriptor.platform }) {
        open.remove(at: same)
        continue
      }
      entries.append(Entry(platform: descriptor.platform, before: descriptor.digest, after: nil))
    }
    for descriptor in open {
      if let place = entries.firstIndex(where: { $0.platform == descriptor.platform && $0.after == nil && $0.before != nil }) {
        entries[place] = Entry(platform: descriptor.platform, before: entries[place].before, after: descriptor.digest)
      } else {
        entries.append(Entry(platform: descriptor.platform, before: nil, after: descriptor.digest))
      }
    }
    return entries
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// The difference from one image of the store to another.
  ///
  /// - Throws: `StoreError` with code `notFound` for one that was never imported.
  public mutating func difference(from source: Digest, to target: Digest) throws -> ImageDifference {
    var images: [Image] = []
    for digest in [source, target] {
      guard let image = try image(digest) else {
        throw StoreError(.notFound, "image \(digest) is not in the store, so nothing is known of what it has; import it first")
      }
      images.append(image)
    }
    return ImageDifference(from: images[0], to: images[1])
  }
}
