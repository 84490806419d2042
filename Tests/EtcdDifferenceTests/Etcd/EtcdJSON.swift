import Foundation
import MVCC

/// A JSON object in the spelling of etcd's gateway: bytes in base64, 64-bit numbers as text, fields that have their default left out.
struct EtcdJSON {
  private(set) var fields: [String: Any] = [:]

  init() {}

  private init(fields: [String: Any]) { self.fields = fields }

  init(parsing data: Data) throws {
    guard let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw HTTPConnection.ProtocolFailure(description: "not a JSON object: \(String(decoding: data.prefix(200), as: UTF8.self))")
    }
    self.fields = fields
  }

  /// The text of it.
  func data() throws -> Data { try JSONSerialization.data(withJSONObject: fields) }

  // MARK: Reading

  func integer(_ name: String) -> Int64 {
    if let text = fields[name] as? String { return Int64(text) ?? 0 }
    return (fields[name] as? NSNumber)?.int64Value ?? 0
  }

  func flag(_ name: String) -> Bool { fields[name] as? Bool ?? false }

  func text(_ name: String) -> String { fields[name] as? String ?? "" }

  func bytes(_ name: String) -> [UInt8] { Data(base64Encoded: text(name)).map(Array.init) ?? [] }

  func byteStrings(_ name: String) -> [[UInt8]] {
    (fields[name] as? [String] ?? []).map { Data(base64Encoded: $0).map(Array.init) ?? [] }
  }

  /// Nil when it is not there.
  func object(_ name: String) -> EtcdJSON? { (fields[name] as? [String: Any]).map { EtcdJSON(fields: $0) } }

  func objects(_ name: String) -> [EtcdJSON] { (fields[name] as? [[String: Any]] ?? []).map { EtcdJSON(fields: $0) } }

  // MARK: Writing

  mutating func set(_ name: String, _ number: Int64) { if number != 0 { fields[name] = String(number) } }

  /// Writes the number even when it is 0: in a `oneof`, being there is what counts.
  mutating func setAlways(_ name: String, _ number: Int64) { fields[name] = String(number) }

  mutating func set(_ name: String, _ flag: Bool) { if flag { fields[name] = true } }

  mutating func set(_ name: String, _ text: String) { fields[name] = text }

  mutating func set(_ name: String, _ texts: [String]) { if !texts.isEmpty { fields[name] = texts } }

  mutating func set(_ name: String, _ bytes: [UInt8]) { if !bytes.isEmpty { setAlways(name, bytes) } }

  mutating func setAlways(_ name: String, _ bytes: [UInt8]) { fields[name] = Data(bytes).base64EncodedString() }

  mutating func set(_ name: String, _ object: EtcdJSON) { fields[name] = object.fields }

  mutating func set(_ name: String, _ objects: [EtcdJSON]) { if !objects.isEmpty { fields[name] = objects.map(\.fields) } }

  /// A range as its first key and its end: none for a single key, a lone zero byte for no end.
  mutating func set(_ range: KeyRange) {
    set("key", range.lower)
    if range.singleKey == nil { set("range_end", range.upper ?? [0]) }
  }
}
