public import MVCC

/// The name of a release set: `namespace/set`, by the rules of image streams' names.
public struct ReleaseSetName: Hashable, Sendable, Comparable {
  /// The namespace that its tags are in.
  public let namespace: String
  /// The set in it.
  public let name: String

  /// The name in `text`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`, which says what a name may be.
  public init(_ text: String) throws(StoreError) {
    do {
      let name = try ImageStreamName(text)
      self.namespace = name.namespace
      self.name = name.name
    } catch {
      throw NameRules.invalid(text, "a release set", "write namespace/set, as in shop/checkout, in lower case")
    }
  }

  /// In byte order of the whole name.
  public static func < (left: ReleaseSetName, right: ReleaseSetName) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}

extension ReleaseSetName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name in a literal, which must be one.
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { preconditionFailure(error.message) }
  }

  public var description: String { "\(namespace)/\(name)" }
}
