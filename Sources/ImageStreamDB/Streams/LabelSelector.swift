public import MVCC

/// Which objects are meant, by their labels: `tier=web,!legacy,env!=test`, as Kubernetes' equality-based selectors have it.
public struct LabelSelector: Hashable, Sendable {
  private enum Requirement: Hashable, Sendable {
    case equals(String, String)
    case differs(String, String)
    case exists(String)
    case isAbsent(String)
  }

  private let requirements: [Requirement]

  /// The selector in `text`: requirements joined by commas, all of which must hold. `key=value` and `key==value` want that value, `key!=value` another one or
  /// none, `key` any, `!key` none.
  ///
  /// - Throws: `StoreError` with code `invalidArgument`.
  public init(_ text: String) throws(StoreError) {
    var requirements: [Requirement] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let requirement = Self.requirement(part.filter { $0 != " " }) else {
        throw StoreError(
          .invalidArgument, "\(text.quotedForMessage) is not a selector of labels: write requirements such as tier=web,env!=test,!legacy")
      }
      requirements.append(requirement)
    }
    self.requirements = requirements
  }

  /// Whether an object with these labels is meant.
  public func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .equals(let key, let value): labels[key] == value
      case .differs(let key, let value): labels[key] != value
      case .exists(let key): labels[key] != nil
      case .isAbsent(let key): labels[key] == nil
      }
    }
  }

  private static func requirement(_ text: String) -> Requirement? {
    if text.hasPrefix("!") {
      let key = text.dropFirst()
      return key.isEmpty || key.contains("=") ? nil : .isAbsent(String(key))
    }
    guard let equals = text.firstIndex(of: "=") else { return text.isEmpty ? nil : .exists(text) }
    let isNegative = text[..<equals].hasSuffix("!")
    let key = text[..<equals].dropLast(isNegative ? 1 : 0)
    var value = text[text.index(after: equals)...]
    if !isNegative, value.first == "=" { value.removeFirst() }
    guard !key.isEmpty, !value.contains("=") else { return nil }
    return isNegative ? .differs(String(key), String(value)) : .equals(String(key), String(value))
  }
}
