import ImageStreamDB

/// The order in which a stream's tags are told: `latest`, then versions from the newest down, then the others by name.
///
/// The classes are those that OpenShift's clients sort by: minor versions (`1.4`, `v1.4`, `1.4-alpine`) come before full ones.
struct TagOrder: Comparable {
  private let rank: Int
  private let version: [Int]
  private let isPreRelease: Bool
  private let name: String

  init(_ tag: String) {
    name = tag
    let digits = tag.hasPrefix("v") ? tag.dropFirst() : tag[...]
    let parts = digits.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    version = numbers.compactMap { $0 }
    isPreRelease = parts.count > 1
    if tag == "latest" {
      rank = 0
    } else if version.count != numbers.count || !(2...3).contains(version.count) {
      rank = 3
    } else {
      rank = version.count == 2 ? 1 : 2
    }
  }

  static func < (left: TagOrder, right: TagOrder) -> Bool {
    if left.rank != right.rank { return left.rank < right.rank }
    guard left.rank == 1 || left.rank == 2 else { return left.name < right.name }
    if left.version != right.version { return right.version.lexicographicallyPrecedes(left.version) }
    if left.isPreRelease != right.isPreRelease { return right.isPreRelease }
    return left.name < right.name
  }
}
