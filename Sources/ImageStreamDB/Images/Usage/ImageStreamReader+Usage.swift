internal import MVCC
public import OCI

extension ImageStreamReader {
  /// Who uses what a digest names: from a layer, a configuration, a base image or an image to images, and from these to the tags that pointed at them, and when.
  ///
  /// A base image's users are found by what they declare and by their layers; of an index, those of each of its images.
  ///
  /// - Parameters:
  ///   - includingRemoved: whether tags and events count that were removed and are not compacted.
  ///   - limit: the most images to answer with; 0 means all.
  /// - Complexity: O(answer); with removed ones, O(versions of the tags of the answer); O(images) as `images(with:)`.
  public mutating func usage(of digest: Digest, includingRemoved: Bool = true, limit: Int = 0) throws -> Page<ImageUsage> {
    guard limit >= 0 else { throw StoreError.negativeLimit(limit) }
    let found = try images(related: digest)
    var usages: [ImageUsage] = []
    for (image, relation) in limit == 0 ? found[...] : found.prefix(limit) {
      var intervals = try self.intervals(of: image, includingRemoved: includingRemoved)
      for index in try indexes(containing: image) { intervals += try self.intervals(of: index, includingRemoved: includingRemoved) }
      intervals.sort { ($0.event.tag, $0.from, $0.event.sequence) < ($1.event.tag, $1.from, $1.event.sequence) }
      usages.append(ImageUsage(image: image, relation: relation, platform: try self.image(image)?.platform, intervals: intervals))
    }
    return Page(elements: usages, hasMore: usages.count < found.count)
  }

  /// The images that a digest leads to, each once, by relation and digest.
  private mutating func images(related digest: Digest) throws -> [(Digest, ImageUsage.Relation)] {
    var found: [(Digest, ImageUsage.Relation)] = []
    var seen: Set<Digest> = []
    func add(_ images: [Digest], _ relation: ImageUsage.Relation) {
      for image in images.sorted() where seen.insert(image).inserted { found.append((image, relation)) }
    }
    let own = try image(digest)
    // What was never imported can be pointed at all the same.
    if try own != nil || !tags(everReferringTo: digest).isEmpty { add([digest], .image) }
    var declared: [Digest] = []
    for candidate in try images(with: digest) {
      guard let image = try image(candidate) else { continue }
      if image.layers.contains(where: { $0.digest == digest }) {
        add([candidate], .layer)
      } else if image.configuration == digest {
        add([candidate], .configuration)
      } else {
        declared.append(candidate)
      }
    }
    let bases = own.map { $0.isIndex ? $0.manifests.map(\.digest) : [digest] } ?? []
    for base in bases where base != digest { declared += try images(declaring: base) }
    add(declared, .declaredBase)
    for base in bases { if let base = try image(base) { add(try images(upon: base), .base) } }
    return found
  }

  private mutating func images(declaring base: Digest) throws -> [Digest] {
    var declaring: [Digest] = []
    for candidate in try images(with: base) { if try image(candidate)?.declaredBase == base { declaring.append(candidate) } }
    return declaring
  }

  /// The images whose first layers are all layers of another one, which has fewer.
  private mutating func images(upon base: Image) throws -> [Digest] {
    guard let top = base.layers.last else { return [] }
    let layers = base.layers.map(\.digest)
    var upon: [Digest] = []
    for candidate in try images(with: top.digest) where candidate != base.digest {
      guard let image = try image(candidate), image.layers.count > layers.count else { continue }
      if image.layers.prefix(layers.count).map(\.digest) == layers { upon.append(candidate) }
    }
    return upon
  }
}
