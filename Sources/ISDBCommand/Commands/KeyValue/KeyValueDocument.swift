import Foundation
import MVCC

extension KeyValue {
  /// Key, value and the numbers that etcd keeps with them.
  func document(includesValue: Bool = true) -> Document {
    Document.bytes("key", key)
      .adding([
        "createRevision": createRevision == .zero ? nil : .integer(createRevision.rawValue),
        "modRevision": .integer(modRevision.rawValue),
        "version": version == 0 ? nil : .integer(version),
        "lease": lease == 0 ? nil : .string("\(LeaseIdentifier(lease))"),
      ])
      .merging(includesValue ? Document.bytes("value", value) : .object([:]))
  }
}

extension Document {
  /// Bytes under a name: as text, or under the name with `Base64` behind it when they are not UTF-8.
  static func bytes(_ name: String, _ bytes: [UInt8]) -> Document {
    if let text = String(validating: bytes, as: UTF8.self) { return .object([Member(name: name, value: .string(text))]) }
    return .object([Member(name: name + "Base64", value: .string(Data(bytes).base64EncodedString()))])
  }

  /// The members of both objects.
  func merging(_ other: Document) -> Document {
    guard case .object(let own) = self, case .object(let added) = other else { return self }
    return .object(own + added)
  }
}
