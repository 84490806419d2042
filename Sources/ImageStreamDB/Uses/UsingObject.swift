public import MVCC

/// The name of something outside of the store that uses its tags or images: `kind/namespace/name`, as in `deployment/shop/web`.
public struct UsingObject: Hashable, Sendable {
  /// What it is, such as `deployment`: 1 to 63 lower-case letters, digits and inner hyphens.
  public let kind: String
  /// Where it is, by the rules of a stream's namespace.
  public let namespace: String
  /// Its name there: 1 to 253 lower-case letters, digits, hyphens and dots, as Kubernetes has it (RFC 1123, subdomain).
  public let name: String

  /// RFC 1123, subdomain.
  static let maximumNameBytes = 253

  /// The name of an object.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, which says what a name may be.
  public init(kind: String, namespace: String, name: String) throws(StoreError) {
    let text = "\(kind)/\(namespace)/\(name)"
    for part in [kind, namespace] where !NameRules.isNamespace(part[...]) {
      throw NameRules.invalid(
        text, "an object that uses images",
        "kind and namespace take 1 to \(NameRules.maximumNamespaceBytes) lower-case letters, digits and inner hyphens each")
    }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
    guard isPlain, (1...Self.maximumNameBytes).contains(name.utf8.count) else {
      throw NameRules.invalid(
        text, "an object that uses images", "a name takes 1 to \(Self.maximumNameBytes) lower-case letters, digits, hyphens and dots")
    }
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// The object in `text`: `kind/namespace/name`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`.
  public init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else {
      throw NameRules.invalid(text, "an object that uses images", "write kind/namespace/name, as in deployment/shop/web")
    }
    try self.init(kind: parts[0], namespace: parts[1], name: parts[2])
  }
}

extension UsingObject: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name in a literal, which must be one.
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { preconditionFailure(error.message) }
  }

  public var description: String { "\(kind)/\(namespace)/\(name)" }
}
