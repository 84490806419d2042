internal import MVCC
internal import OCI

/// Every key that this module writes. The keys are text, so that they can be read through any client of the key space.
///
///     isdb/images/<digest>                                 Image
///     isdb/blobs/<digest>                                  the exact bytes of a manifest or configuration
///     isdb/streams/<namespace>/<stream>                    ImageStream
///     isdb/tags/<namespace>/<stream>:<tag>                 Tag, with its newest event
///     isdb/events/<namespace>/<stream>:<tag>/<sequence>    TagEvent; the sequence as 16 hexadecimal digits
///     isdb/references/<digest>/<namespace>/<stream>:<tag>  TagReference; the digest's first 64 digits
///     isdb/triggers/<name>                                 Trigger
///     isdb/deliveries/<trigger>/<namespace>/<stream>:<tag> Delivery
///
/// The longest is a reference: 16 (isdb/references/) + 71 (sha256:, 64 digits) + 1 + 255 (stream) + 1 + 128 (tag) = 472 bytes of the 480 that a key may take.
enum Keyspace {
  /// What every key of this module begins with. Other prefixes are free for applications.
  static let root = "isdb/"

  static let images = "isdb/images/"
  static let blobs = "isdb/blobs/"
  static let streams = "isdb/streams/"
  static let tags = "isdb/tags/"
  static let events = "isdb/events/"
  static let references = "isdb/references/"
  static let triggers = "isdb/triggers/"
  static let deliveries = "isdb/deliveries/"

  // MARK: Keys

  static func image(_ digest: Digest) -> [UInt8] { key(images, digest.description) }

  static func blob(_ digest: Digest) -> [UInt8] { key(blobs, digest.description) }

  static func stream(_ name: ImageStreamName) -> [UInt8] { key(streams, name.description) }

  static func tag(_ name: ImageStreamTagName) -> [UInt8] { key(tags, name.description) }

  static func event(_ name: ImageStreamTagName, _ sequence: Int64) -> [UInt8] {
    let digits = String(sequence, radix: 16)
    return key(events, "\(name)/\(String(repeating: "0", count: 16 - digits.count))\(digits)")
  }

  static func reference(_ digest: Digest, _ name: ImageStreamTagName) -> [UInt8] { key(references, "\(short(digest))/\(name)") }

  static func trigger(_ name: String) -> [UInt8] { key(triggers, name) }

  static func delivery(_ trigger: String, _ name: ImageStreamTagName) -> [UInt8] { key(deliveries, "\(trigger)/\(name)") }

  // MARK: Ranges

  static func tags(in scope: TagScope) -> KeyRange {
    switch scope {
    case .tag(let name): .key(tag(name))
    case .stream(let stream): .prefix(key(tags, "\(stream):"))
    case .namespace(let namespace): .prefix(key(tags, "\(namespace)/"))
    case .all: .prefix(key(tags, ""))
    }
  }

  static func streams(in namespace: String?) -> KeyRange { .prefix(key(streams, namespace.map { "\($0)/" } ?? "")) }

  static func events(of name: ImageStreamTagName) -> KeyRange { .prefix(key(events, "\(name)/")) }

  /// The events of every tag of a stream.
  static func events(of stream: ImageStreamName) -> KeyRange { .prefix(key(events, "\(stream):")) }

  static func references(to digest: Digest) -> KeyRange { .prefix(key(references, "\(short(digest))/")) }

  static func images(matching prefix: DigestPrefix) -> [KeyRange] {
    let algorithms = prefix.algorithm.map { [$0] } ?? DigestAlgorithm.allCases
    return algorithms.map { .prefix(key(images, "\($0.rawValue):\(prefix.hex)")) }
  }

  static func deliveries(of trigger: String) -> KeyRange { .prefix(key(deliveries, "\(trigger)/")) }

  // MARK: Names in keys

  /// The rest of a key behind one of the prefixes above.
  static func name(_ key: [UInt8], after prefix: String) -> String { String(decoding: key.dropFirst(prefix.utf8.count), as: UTF8.self) }

  private static func key(_ prefix: String, _ name: String) -> [UInt8] { Array(prefix.utf8) + Array(name.utf8) }

  /// 256 bits tell digests apart; the value of a reference has all of them.
  private static func short(_ digest: Digest) -> String { "\(digest.algorithm.rawValue):\(digest.hex.prefix(64))" }
}
