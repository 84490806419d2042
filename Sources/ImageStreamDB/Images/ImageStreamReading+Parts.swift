internal import MVCC
public import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The images that have a layer or configuration, or that name a base image, by digest.
  ///
  /// - Complexity: O(answer); O(images) in a store of an early version, until `ImageStore.indexImages` has run.
  public mutating func images(with part: Digest) throws -> [Digest] {
    var images: [Digest] = []
    guard try get(Keyspace.indexed) != nil else {
      try forEach(RangeQuery(.prefix(Array(Keyspace.images.utf8)))) { keyValue in
        let image = try Image(keyValue)
        if image.parts.contains(part) { images.append(image.digest) }
        return true
      }
      return images
    }
    let range = Keyspace.parts(part)
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      images.append(try RecordCoding.digest(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self), in: keyValue.key))
      return true
    }
    return images
  }
}

extension Image {
  /// The digests by which it can be found: its layers, its configuration, and the base image that it names.
  var parts: Set<Digest> {
    var parts = Set(layers.map(\.digest))
    if let configuration { parts.insert(configuration) }
    if let declaredBase { parts.insert(declaredBase) }
    return parts
  }
}

extension ImageStore {
  /// The most images that are indexed in one revision. Each takes as many changes as it has layers, and two.
  private static let maximumImagesPerWrite = 50

  /// Makes images findable by their layers, configurations and base images. Does nothing when they are: images are indexed as they are added, but for
  /// those that an early version added.
  ///
  /// - Returns: how many were indexed.
  @discardableResult
  public func indexImages() async throws -> Int {
    if try read({ try $0.get(Keyspace.indexed) }) != nil { return 0 }
    var count = 0
    var last: Digest?
    while true {
      let after = last
      let page = try read { try $0.images(after: after, limit: Self.maximumImagesPerWrite) }
      // The first image of an empty store says so itself.
      if count == 0, page.elements.isEmpty { return 0 }
      try await write { writer in
        for image in page.elements where try writer.get(Keyspace.image(image.digest)) != nil {
          for part in image.parts { try writer.view.put(Keyspace.part(part, image.digest), []) }
        }
        if !page.hasMore { try writer.view.put(Keyspace.indexed, []) }
      }
      count += page.elements.count
      guard page.hasMore, let next = page.elements.last?.digest else { return count }
      last = next
    }
  }
}
