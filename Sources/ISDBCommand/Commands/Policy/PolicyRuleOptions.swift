import ArgumentParser
import ImageStreamDB
import OCI

/// Which of two values is preferred, as it is written on the command line.
enum DirectionArgument: String, CaseIterable, ExpressibleByArgument {
  case asc
  case desc

  var direction: TagPolicy.Direction { self == .asc ? .ascending : .descending }
}

/// A policy, as options spell it.
struct PolicyRuleOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Take the highest version in a range, such as ^1.4 or \">=1.2 <2\".", valueName: "range"))
  var semver: String?

  @Option(name: .long, help: ArgumentHelp("Take the highest number (asc) or the lowest (desc).", valueName: "direction"))
  var numeric: DirectionArgument?

  @Option(name: .long, help: ArgumentHelp("Take the last name (asc) or the first (desc).", valueName: "direction"))
  var alphabetical: DirectionArgument?

  @Flag(name: .long, help: "Take the tag that got its image last.")
  var newestSeen = false

  @Option(name: .long, help: ArgumentHelp("Look only at tags that a regular expression matches.", valueName: "regex"))
  var pattern: String?

  @Option(name: .long, help: ArgumentHelp("Order by what the pattern's groups give, such as $1 or ${name}.", valueName: "template"))
  var extract: String?

  @Option(name: .long, help: ArgumentHelp("Take no tag that has its image for less than that, such as 3d.", valueName: "length"))
  var minimumAge: String?

  @Option(name: .long, help: ArgumentHelp("Take no image that does not run on that, such as linux/arm64.", valueName: "platform"))
  var platform: String?

  /// Whether any of them is given.
  var isGiven: Bool {
    semver != nil || numeric != nil || alphabetical != nil || newestSeen || pattern != nil || extract != nil || minimumAge != nil
      || platform != nil
  }

  /// - Throws: `StoreError` with code `invalidArgument`; `OCIError` for a platform.
  func policy() throws -> TagPolicy {
    if extract != nil, pattern == nil {
      throw StoreError(.invalidArgument, "--extract takes something from what a pattern matched; give --pattern too")
    }
    let filter = try pattern.map { try TagFilter(pattern: $0, extract: extract) }
    return try TagPolicy(
      order(), filter: filter, minimumAge: minimumAge.map { try TimeExpression.duration($0) } ?? .zero,
      platform: platform.map { try Platform($0) })
  }

  private func order() throws -> TagPolicy.Order {
    var orders: [TagPolicy.Order] = []
    if let semver { orders.append(try .semver(VersionRange(semver))) }
    if let numeric { orders.append(.numeric(numeric.direction)) }
    if let alphabetical { orders.append(.alphabetical(alphabetical.direction)) }
    if newestSeen { orders.append(.newestSeen) }
    guard orders.count == 1 else {
      throw StoreError(
        .invalidArgument, "a policy has one order, not \(orders.count); give one of --semver, --numeric, --alphabetical and --newest-seen")
    }
    return orders[0]
  }
}
