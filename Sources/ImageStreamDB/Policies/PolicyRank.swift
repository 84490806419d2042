internal import MVCC

/// Where a candidate stands among others of one policy: the greatest is chosen.
///
/// A total order. What the policy orders by comes first; then, as two tags may say the same (`1.4.2` and `v1.4.2`), the one whose image was
/// seen later; then the name, byte by byte. Ranks of different policies have no meaning beside each other.
public struct PolicyRank: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case version(SemanticVersion)
    case number(DecimalNumber)
    case text(String)
    /// What is ordered by the time alone.
    case nothing
  }

  let value: Value
  let isDescending: Bool
  let firstSeen: Timestamp
  let tag: String
}

extension PolicyRank: Comparable {
  public static func < (left: PolicyRank, right: PolicyRank) -> Bool {
    if left.value != right.value { return (left.value < right.value) != left.isDescending }
    return left.firstSeen != right.firstSeen ? left.firstSeen < right.firstSeen : left.tag < right.tag
  }
}

extension PolicyRank.Value {
  static func < (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.version(let one), .version(let other)): one < other
    case (.number(let one), .number(let other)): one < other
    case (.text(let one), .text(let other)): one < other
    default: false
    }
  }
}
