public import MVCC
public import OCI

/// A rule that chooses one tag among candidates: which it looks at, how it orders them, and what a tag must fulfil to be chosen.
///
///     let policy = try TagPolicy(.semver(VersionRange("^1.4")), minimumAge: .seconds(3 * 86_400), platform: .linuxAMD64)
///     policy.evaluate(candidates, now: .now).chosen
///
/// A value without state: the same candidates at the same time give the same choice, in whatever order they come.
public struct TagPolicy: Hashable, Sendable {
  /// Which of two values is preferred.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// The last of the ascending order, so the highest, is chosen.
    case ascending = "asc"
    /// The last of the descending order, so the lowest, is chosen.
    case descending = "desc"
  }

  /// What candidates are ordered by.
  public enum Order: Hashable, Sendable {
    /// By version; only those in the range are eligible, and the highest is chosen.
    case semver(VersionRange)
    /// By decimal number, of any length, with an optional sign and fraction.
    case numeric(Direction)
    /// By character codes.
    case alphabetical(Direction)
    /// By when the tag first pointed at its present image; the latest is chosen.
    case newestSeen
  }

  /// The longest minimum age.
  public static let maximumAge = Duration.seconds(3660 * 86_400)  // ten years and some days

  /// Which tags are looked at, and which part of them is ordered; nil for all, whole.
  public let filter: TagFilter?

  /// What they are ordered by.
  public let order: Order

  /// How long a tag must have pointed at its image before it can be chosen; zero for no time. It soaks until then.
  public let minimumAge: Duration

  /// What the image must run on; for an index, what one of its images must. Nil when that does not matter.
  public let platform: Platform?

  /// A policy of those parts.
  /// - Throws: `StoreError` with code `invalidArgument` for a minimum age below zero or above `maximumAge`.
  public init(_ order: Order, filter: TagFilter? = nil, minimumAge: Duration = .zero, platform: Platform? = nil) throws(StoreError) {
    guard minimumAge >= .zero, minimumAge <= Self.maximumAge else {
      throw StoreError(
        .invalidArgument, "a minimum age of \(minimumAge) is not allowed; it is between 0 and \(Self.maximumAge.components.seconds) seconds"
      )
    }
    self.order = order
    self.filter = filter
    self.minimumAge = minimumAge
    self.platform = platform
  }
}

extension TagPolicy: CustomStringConvertible {
  /// The policy in one line, such as `semver ^1.4, tags matching ^v, at least 3 days old, for linux/amd64`.
  public var description: String {
    var parts = [order.description]
    if let filter { parts.append("tags matching \(filter)") }
    if minimumAge > .zero { parts.append("at least \(minimumAge.inWords) old") }
    if let platform { parts.append("for \(platform)") }
    return parts.joined(separator: ", ")
  }
}

extension TagPolicy.Order: CustomStringConvertible {
  /// Its name and its argument, such as `semver ^1.4` and `numeric asc`.
  public var description: String {
    switch self {
    case .semver(let range): "semver \(range)"
    case .numeric(let direction): "numeric \(direction.rawValue)"
    case .alphabetical(let direction): "alphabetical \(direction.rawValue)"
    case .newestSeen: "newest seen"
    }
  }
}

extension Duration {
  /// In the largest unit that it is whole in, such as `3 days` and `1 hour`.
  fileprivate var inWords: String {
    let (seconds, attoseconds) = components
    guard attoseconds == 0 else { return description }
    for (unit, name) in [(86_400, "day"), (3600, "hour"), (60, "minute")] as [(Int64, String)] where seconds % unit == 0 && seconds > 0 {
      return "\(seconds / unit) \(name)\(seconds == unit ? "" : "s")"
    }
    return "\(seconds) second\(seconds == 1 ? "" : "s")"
  }
}
