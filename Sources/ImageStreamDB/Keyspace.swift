internal import MVCC
internal import OCI

/// Every key that this module writes. The keys are text, so that they can be read through any client of the key space.
///
///     isdb/images/<digest>                                 Image
///     isdb/manifests/<digest>                              the exact bytes of a manifest or index
///     isdb/configurations/<digest>                         the exact bytes of a configuration
///     isdb/parents/<digest>/<index>                        nothing: the key says that the index has the image
///     isdb/parts/<digest>/<image>                          nothing: the key says that the image has the layer or configuration, or names the base image
///     isdb/indexed                                         nothing: the key says that every image has its keys of parts
///     isdb/streams/<namespace>/<stream>                    ImageStream
///     isdb/tags/<namespace>/<stream>:<tag>                 Tag, with its newest event
///     isdb/events/<namespace>/<stream>:<tag>/<sequence>    TagEvent; the sequence as 16 hexadecimal digits
///     isdb/references/<digest>/<namespace>/<stream>:<tag>  TagReference; the digest's first 64 digits
///     isdb/followers/<tag>/<namespace>/<stream>:<tag>      nothing: the key says that the tag behind follows the one before, which is given by the first
///                                                          32 hexadecimal digits of the SHA-256 of its name
///     isdb/holds/<namespace>/<stream>:<tag>                nothing: the key says that the tag is held
///     isdb/uses/<kind>/<namespace>/<name>                  RegisteredUse
///     isdb/users/<target>/<kind>/<namespace>/<name>        nothing: the key says that the object uses the tag or image, which is given as in followers
///     isdb/protections/<namespace>                         the rules that protect the namespace's tags
///     isdb/sets/<namespace>/<set>                          ReleaseSet: how many releases it had
///     isdb/releases/<namespace>/<set>/<sequence>           Release; the sequence as 16 hexadecimal digits
///     isdb/settings                                        RegistryHosts
///     isdb/policies/<namespace>/<stream>:<tag>             PolicyAssignment
///     isdb/policysources/<stream>/<namespace>/<stream>:<tag>  nothing: the key says that the tag's policy chooses from the stream, given like a followed tag
///     isdb/soaking/<time>/<tag>/<candidate>                SoakingCandidate; the time as 16 hexadecimal digits of milliseconds, the tag that is moved like
///                                                          a followed one
///     isdb/triggers/<name>                                 Trigger
///     isdb/deliveries/<trigger>/<namespace>/<stream>:<tag> Delivery
///
/// The longest is a reference: 16 (isdb/references/) + 71 (sha256:, 64 digits) + 1 + 255 (stream) + 1 + 128 (tag) = 472 bytes of the 480 that a key may take.
enum Keyspace {
  /// What every key of this module begins with. Other prefixes are free for applications.
  static let root = "isdb/"

  static let images = "isdb/images/"
  static let manifests = "isdb/manifests/"
  static let configurations = "isdb/configurations/"
  static let parents = "isdb/parents/"
  static let parts = "isdb/parts/"
  static let indexed = Array("isdb/indexed".utf8)
  static let streams = "isdb/streams/"
  static let tags = "isdb/tags/"
  static let events = "isdb/events/"
  static let references = "isdb/references/"
  static let followers = "isdb/followers/"
  static let holds = "isdb/holds/"
  static let uses = "isdb/uses/"
  static let users = "isdb/users/"
  static let protections = "isdb/protections/"
  static let sets = "isdb/sets/"
  static let releases = "isdb/releases/"
  static let settings = Array("isdb/settings".utf8)
  static let policies = "isdb/policies/"
  static let policySources = "isdb/policysources/"
  static let soaking = "isdb/soaking/"
  static let triggers = "isdb/triggers/"
  static let deliveries = "isdb/deliveries/"

  /// Whose values may hold credentials: a trigger's command can have a token among its arguments, and a delivery's error is what that command
  /// said last. Imports keep none; what images carry in environment and build arguments is public to whoever may pull them.
  static let mayHoldSecrets = [triggers, deliveries].map { Array($0.utf8) }

  // MARK: Keys

  static func image(_ digest: Digest) -> [UInt8] { key(images, digest.description) }

  static func manifest(_ digest: Digest) -> [UInt8] { key(manifests, digest.description) }

  static func configuration(_ digest: Digest) -> [UInt8] { key(configurations, digest.description) }

  static func parent(_ image: Digest, _ index: Digest) -> [UInt8] { key(parents, "\(image)/\(index)") }

  static func part(_ digest: Digest, _ image: Digest) -> [UInt8] { key(parts, "\(short(digest))/\(image)") }

  static func stream(_ name: ImageStreamName) -> [UInt8] {
    var key = Array(streams.utf8)
    append(name, to: &key)
    return key
  }

  static func tag(_ name: ImageStreamTagName) -> [UInt8] {
    var key = Array(tags.utf8)
    append(name, to: &key)
    return key
  }

  static func event(_ name: ImageStreamTagName, _ sequence: Int64) -> [UInt8] {
    var key = Array(events.utf8)
    append(name, to: &key)
    key.append(UInt8(ascii: "/"))
    key.append(contentsOf: digits(sequence).utf8)
    return key
  }

  static func reference(_ digest: Digest, _ name: ImageStreamTagName) -> [UInt8] { key(references, "\(short(digest))/\(name)") }

  static func follower(_ follower: ImageStreamTagName, of name: ImageStreamTagName) -> [UInt8] {
    key(followers, "\(hashed(name.description))/\(follower)")
  }

  static func hold(_ name: ImageStreamTagName) -> [UInt8] { key(holds, name.description) }

  static func set(_ name: ReleaseSetName) -> [UInt8] { key(sets, name.description) }

  static func release(_ name: ReleaseSetName, _ sequence: Int64) -> [UInt8] { key(releases, "\(name)/\(digits(sequence))") }

  static func releases(of name: ReleaseSetName) -> KeyRange { .prefix(key(releases, "\(name)/")) }

  static func use(_ object: UsingObject) -> [UInt8] { key(uses, object.description) }

  static func user(_ object: UsingObject, of target: UseTarget) -> [UInt8] { key(users, "\(hashed(target.text))/\(object)") }

  static func protections(_ namespace: String) -> [UInt8] { key(protections, namespace) }

  static func policy(_ name: ImageStreamTagName) -> [UInt8] { key(policies, name.description) }

  static func policySource(_ source: ImageStreamName, _ name: ImageStreamTagName) -> [UInt8] {
    key(policySources, "\(hashed(source.description))/\(name)")
  }

  static func soaking(until time: Timestamp, _ target: ImageStreamTagName, _ candidate: String) -> [UInt8] {
    key(soaking, "\(digits(max(0, time.millisecondsSinceEpoch)))/\(hashed(target.description))/\(candidate)")
  }

  static func trigger(_ name: String) -> [UInt8] { key(triggers, name) }

  static func delivery(_ trigger: String, _ name: ImageStreamTagName) -> [UInt8] { key(deliveries, "\(trigger)/\(name)") }

  // MARK: Ranges

  static func tags(in scope: TagScope) -> KeyRange { names(tags, in: scope) }

  /// The keys behind a prefix that end in the name of a tag of a scope.
  private static func names(_ prefix: String, in scope: TagScope) -> KeyRange {
    switch scope {
    case .tag(let name): .key(key(prefix, name.description))
    case .stream(let stream): .prefix(key(prefix, "\(stream):"))
    case .namespace(let namespace): .prefix(key(prefix, "\(namespace)/"))
    case .all: .prefix(key(prefix, ""))
    }
  }

  static func streams(in namespace: String?) -> KeyRange { .prefix(key(streams, namespace.map { "\($0)/" } ?? "")) }

  static func events(of name: ImageStreamTagName) -> KeyRange { .prefix(key(events, "\(name)/")) }

  static func references(to digest: Digest) -> KeyRange { references(to: short(digest)) }

  /// - Parameter short: a digest as it stands in the keys of references, without what is behind 64 digits.
  static func references(to short: String) -> KeyRange { .prefix(key(references, "\(short)/")) }

  /// The references of one stream's tags.
  static func references(to digest: Digest, from stream: ImageStreamName) -> KeyRange {
    .prefix(key(references, "\(short(digest))/\(stream):"))
  }

  static func references(matching prefix: DigestPrefix) -> [KeyRange] {
    digests(prefix) { key(references, "\($0.rawValue):\(prefix.hex.prefix(digitsInReferences))") }
  }

  static func followers(of name: ImageStreamTagName) -> KeyRange { .prefix(key(followers, "\(hashed(name.description))/")) }

  static func holds(in scope: TagScope) -> KeyRange { names(holds, in: scope) }

  static func policies(in scope: TagScope) -> KeyRange { names(policies, in: scope) }

  static func policySources(of stream: ImageStreamName) -> KeyRange { .prefix(key(policySources, "\(hashed(stream.description))/")) }

  /// Those whose time is not after `time`.
  static func soaking(until time: Timestamp) -> KeyRange {
    KeyRange(from: key(soaking, ""), upTo: key(soaking, digits(max(0, time.millisecondsSinceEpoch + 1))))
  }

  static func users(of target: UseTarget) -> KeyRange { .prefix(key(users, "\(hashed(target.text))/")) }

  static func uses(kind: String?, namespace: String?) -> KeyRange {
    .prefix(key(uses, kind.map { kind in "\(kind)/" + (namespace.map { "\($0)/" } ?? "") } ?? ""))
  }

  static func parts(_ digest: Digest) -> KeyRange { .prefix(key(parts, "\(short(digest))/")) }

  static func parents(of image: Digest) -> KeyRange { .prefix(key(parents, "\(image)/")) }

  static func parents(matching prefix: DigestPrefix) -> [KeyRange] {
    digests(prefix) { key(parents, "\($0.rawValue):\(prefix.hex)") }
  }

  static func images(matching prefix: DigestPrefix) -> [KeyRange] {
    digests(prefix) { key(images, "\($0.rawValue):\(prefix.hex)") }
  }

  /// The ranges of a prefix: one for each algorithm that it may mean.
  private static func digests(_ prefix: DigestPrefix, _ key: (DigestAlgorithm) -> [UInt8]) -> [KeyRange] {
    (prefix.algorithm.map { [$0] } ?? DigestAlgorithm.allCases).map { .prefix(key($0)) }
  }

  static func deliveries(of trigger: String) -> KeyRange { .prefix(key(deliveries, "\(trigger)/")) }

  // MARK: Names in keys

  /// The tag that a reference comes from: what is behind the digest.
  static func referrer(_ keyValue: KeyValue) throws(StoreError) -> ImageStreamTagName {
    let path = name(keyValue.key, after: references)
    guard let slash = path.firstIndex(of: "/"), let tag = try? ImageStreamTagName(String(path[path.index(after: slash)...])) else {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no tag")
    }
    return tag
  }

  /// The rest of a key behind one of the prefixes above.
  static func name(_ key: [UInt8], after prefix: String) -> String { String(decoding: key.dropFirst(prefix.utf8.count), as: UTF8.self) }

  private static func key(_ prefix: String, _ name: String) -> [UInt8] { Array(prefix.utf8) + Array(name.utf8) }

  /// Appends a name as it is written, without making a text of it first: every read and move of a tag makes such keys.
  private static func append(_ name: ImageStreamName, to key: inout [UInt8]) {
    key.reserveCapacity(key.count + name.namespace.utf8.count + name.name.utf8.count + 1)
    key.append(contentsOf: name.namespace.utf8)
    key.append(UInt8(ascii: "/"))
    key.append(contentsOf: name.name.utf8)
  }

  private static func append(_ name: ImageStreamTagName, to key: inout [UInt8]) {
    // 19: a slash, a colon, and what an event has behind the name: a slash and 16 digits.
    key.reserveCapacity(key.count + name.stream.namespace.utf8.count + name.stream.name.utf8.count + name.tag.utf8.count + 19)
    append(name.stream, to: &key)
    key.append(UInt8(ascii: ":"))
    key.append(contentsOf: name.tag.utf8)
  }

  /// A name of up to 384 bytes, short enough to stand before another one: 128 bits tell names apart that nobody chose to collide, and whoever follows
  /// such a key looks at the spec of the tag behind it.
  private static func hashed(_ name: String) -> String { String(Digest(of: Array(name.utf8)).hex.prefix(32)) }

  private static func digits(_ number: Int64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// 256 bits tell digests apart; the value of a reference has all of them.
  private static let digitsInReferences = 64

  private static func short(_ digest: Digest) -> String { "\(digest.algorithm.rawValue):\(digest.hex.prefix(digitsInReferences))" }
}
