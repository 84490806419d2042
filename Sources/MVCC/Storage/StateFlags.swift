/// What is out of the ordinary in a store, in its state record, so that every transaction knows of it without looking further.
///
/// A bit that this version does not know stands for rules that it would break: such a store is refused.
struct StateFlags: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// The alarm NOSPACE is raised: puts are refused.
  static let noSpace = StateFlags(rawValue: 1)
  /// The alarm CORRUPT is raised: reads and writes are refused.
  static let corrupt = StateFlags(rawValue: 1 << 1)
  /// There are retention classes besides that of the whole store.
  static let hasClasses = StateFlags(rawValue: 1 << 2)
  /// At least one of those has compacted versions that are still to be deleted.
  static let classesAreCompacting = StateFlags(rawValue: 1 << 3)
  /// The store was compacted to revision 0, which etcd grants once.
  static let compactedToZero = StateFlags(rawValue: 1 << 4)
  /// It is written through a write-ahead log, which belongs to the data file.
  static let hasLog = StateFlags(rawValue: 1 << 5)

  static let known: StateFlags = [.noSpace, .corrupt, .hasClasses, .classesAreCompacting, .compactedToZero, .hasLog]
}

extension StateFlags {
  mutating func set(_ flag: StateFlags, _ isSet: Bool) {
    if isSet { insert(flag) } else { remove(flag) }
  }
}
