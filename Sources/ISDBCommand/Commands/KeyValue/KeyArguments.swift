import ArgumentParser
import MVCC

/// A key, or a range of keys, as the command line names it.
struct KeyArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The key, or the first key of a range; none means every key.", valueName: "key"))
  var key: String?

  @Argument(help: ArgumentHelp("The key behind the last one of the range.", valueName: "end"))
  var end: String?

  @Flag(name: .long, help: "Take every key that begins with the key.")
  var prefix = false

  @Flag(name: .long, help: "Take every key from the key on.")
  var fromKey = false

  /// The keys meant; `single` says what a lone key is: itself, or the beginning of a range.
  func range() throws -> KeyRange {
    guard [prefix, fromKey, end != nil].filter({ $0 }).count <= 1 else {
      throw StoreError(.invalidArgument, "an end, --prefix and --from-key exclude each other; give one of them")
    }
    guard let key else {
      guard !prefix, !fromKey else {
        throw StoreError(.invalidArgument, "--prefix and --from-key need a key; give one, or leave them out for all")
      }
      return .all
    }
    let lower = Array(key.utf8)
    if prefix { return .prefix(lower) }
    if fromKey { return .from(lower) }
    return end.map { KeyRange(from: lower, upTo: Array($0.utf8)) } ?? .key(lower)
  }
}

/// Keys that belong to image streams: changing one directly can leave tags and their history at odds.
enum ReservedKeys {
  private static let range = KeyRange.prefix(Array("isdb/".utf8))

  /// - Throws: `StoreError` with code `protected` when `changed` reaches into the reserved keys, unless that is wanted.
  static func check(_ changed: KeyRange, force: Bool) throws {
    guard !force, overlaps(changed) else { return }
    throw StoreError(
      .protected,
      "keys below isdb/ hold image streams and are changed by isdb tag, untag, import and trigger; use those, or --force to repair a store")
  }

  private static func overlaps(_ other: KeyRange) -> Bool {
    guard !other.isEmpty, let end = range.upper else { return false }
    let startsBeforeEnd = other.lower.lexicographicallyPrecedes(end)
    let endsAfterStart = other.upper.map { range.lower.lexicographicallyPrecedes($0) } ?? true
    return startsBeforeEnd && endsAfterStart
  }
}
