import ArgumentParser
import ImageStreamDB
import MVCC

/// The options that sort and filter the keys of a range.
struct RangeSorting: ParsableArguments {
  /// What to sort by, in etcd's words.
  enum SortKey: String, CaseIterable, ExpressibleByArgument {
    case key
    case version
    case create
    case modify
    case value
  }

  @Option(name: .long, help: "Sort by the key, its version, the revision that created or last modified it, or its value.")
  var sortBy = SortKey.key

  @Option(name: .long, help: ArgumentHelp("Leave out keys modified before.", valueName: "revision"))
  var minModRev: Int64 = 0

  @Option(name: .long, help: ArgumentHelp("Leave out keys modified after.", valueName: "revision"))
  var maxModRev: Int64 = 0

  @Option(name: .long, help: ArgumentHelp("Leave out keys created before.", valueName: "revision"))
  var minCreateRev: Int64 = 0

  @Option(name: .long, help: ArgumentHelp("Leave out keys created after.", valueName: "revision"))
  var maxCreateRev: Int64 = 0

  func apply(to query: inout RangeQuery) throws {
    for (name, bound) in [
      ("--min-mod-rev", minModRev), ("--max-mod-rev", maxModRev), ("--min-create-rev", minCreateRev), ("--max-create-rev", maxCreateRev),
    ] where bound < 0 {
      throw StoreError(.invalidArgument, "\(name) is \(bound); give a revision, or 0 for no bound")
    }
    query.sortKey =
      switch sortBy {
      case .key: .key
      case .version: .version
      case .create: .createRevision
      case .modify: .modRevision
      case .value: .value
      }
    query.minimumModRevision = Revision(minModRev)
    query.maximumModRevision = Revision(maxModRev)
    query.minimumCreateRevision = Revision(minCreateRev)
    query.maximumCreateRevision = Revision(maxCreateRev)
  }
}
