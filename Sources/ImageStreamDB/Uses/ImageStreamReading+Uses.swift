internal import MVCC
public import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// What an object uses; nil when nothing is registered for it.
  public mutating func registeredUse(of object: UsingObject) throws -> RegisteredUse? {
    try get(Keyspace.use(object)).map { try RegisteredUse($0) }
  }

  /// What objects use, by kind, namespace and name.
  ///
  /// - Parameters:
  ///   - kind: nil means all kinds.
  ///   - namespace: of that kind; nil means all namespaces.
  ///   - after: the last object of the page before; nil begins at the beginning.
  ///   - limit: the most to answer with; 0 means all.
  public mutating func registeredUses(
    kind: String? = nil, namespace: String? = nil, after: UsingObject? = nil, limit: Int = 0
  ) throws -> Page<RegisteredUse> {
    var range = Keyspace.uses(kind: kind, namespace: namespace)
    if let after { range = range.after(Keyspace.use(after)) }
    return try page(range, limit: limit) { try RegisteredUse($0) }
  }

  /// The objects that use a tag by its name, in name order.
  public mutating func users(of tag: ImageStreamTagName) throws -> [UsingObject] { try users(of: .tag(tag), limit: 0) }

  /// The objects that use an image by its digest, in name order.
  public mutating func users(of image: Digest) throws -> [UsingObject] { try users(of: .image(image), limit: 0) }

  /// - Parameter limit: the most keys to look at; 0 means all.
  mutating func users(of target: UseTarget, limit: Int) throws -> [UsingObject] {
    let range = Keyspace.users(of: target)
    var objects: [UsingObject] = []
    try forEach(RangeQuery(range, limit: limit, keysOnly: true)) { keyValue in
      if let object = try? UsingObject(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self)) {
        objects.append(object)
      }
      return true
    }
    // The key has a part of a hash only.
    var users: [UsingObject] = []
    for object in objects { if try registeredUse(of: object)?.targets.contains(target) ?? false { users.append(object) } }
    return users
  }
}
