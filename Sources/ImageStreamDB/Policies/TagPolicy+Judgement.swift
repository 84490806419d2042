public import MVCC

/// What a policy says of one candidate, without regard to others.
public enum PolicyJudgement: Hashable, Sendable {
  /// It can be chosen; it is, if its rank is the greatest.
  case eligible(PolicyRank)
  /// It fulfils everything but the minimum age, and that from this time on, if it keeps its image.
  case soaking(PolicyRank, until: Timestamp)
  /// It cannot be chosen.
  case rejected(PolicyRejection)
}

extension TagPolicy {
  /// What the policy says of that candidate at that time.
  ///
  /// With `PolicyRank`'s order this is all that the arrival of one tag needs: it is judged, and becomes the choice if its rank is greater than
  /// that of the present choice. Other candidates have to be looked at again only when the choice itself is removed or moves to an image that is
  /// rejected, and when the time comes at which one that soaks is old enough.
  /// - Complexity: constant but for the pattern, whose bound `TagPattern` states.
  public func judge(_ candidate: PolicyCandidate, now: Timestamp) -> PolicyJudgement {
    let value: PolicyRank.Value
    switch ordered(candidate.tag) {
    case .success(let found): value = found
    case .failure(let refusal): return .rejected(refusal.rejection)
    }
    if let platform {
      guard let platforms = candidate.platforms else { return .rejected(.unknownPlatform(platform)) }
      guard platforms.contains(where: { $0.matches(platform) }) else { return .rejected(.otherPlatform(platform, has: platforms)) }
    }
    let rank = PolicyRank(value: value, isDescending: isDescending, firstSeen: candidate.firstSeen, tag: candidate.tag)
    let oldEnough = candidate.firstSeen + minimumAge
    return minimumAge == .zero || oldEnough <= now ? .eligible(rank) : .soaking(rank, until: oldEnough)
  }

  private struct Refusal: Error {
    let rejection: PolicyRejection
  }

  /// What the tag's name alone makes of it; nil when that rejects it.
  func value(of tag: String) -> PolicyRank.Value? { try? ordered(tag).get() }

  /// The rank of a candidate that is not rejected by its name.
  func rank(_ tag: String, firstSeen: Timestamp) -> PolicyRank? {
    value(of: tag).map { PolicyRank(value: $0, isDescending: isDescending, firstSeen: firstSeen, tag: tag) }
  }

  /// The version that the policy reads out of a tag; nil when it orders by something else, or the tag has none.
  func version(of tag: String) -> SemanticVersion? {
    guard case .version(let version) = value(of: tag) else { return nil }
    return version
  }

  var isDescending: Bool {
    switch order {
    case .numeric(let direction), .alphabetical(let direction): direction == .descending
    case .semver, .newestSeen: false
    }
  }

  /// What the tag is ordered by, which its name alone decides.
  private func ordered(_ tag: String) -> Result<PolicyRank.Value, Refusal> {
    func refuse(_ rejection: PolicyRejection) -> Result<PolicyRank.Value, Refusal> { .failure(Refusal(rejection: rejection)) }
    var text = tag
    if let filter {
      guard let value = filter.value(of: tag) else { return refuse(.noMatch(filter.pattern)) }
      guard !value.isEmpty else { return refuse(.emptyExtract(template: filter.extract ?? "")) }
      text = value
    }
    switch order {
    case .semver(let range):
      let version: SemanticVersion
      do { version = try SemanticVersion.parse(text) } catch { return refuse(.notSemantic(text, error)) }
      switch range.membership(of: version) {
      case .inside: return .success(.version(version))
      case .preReleaseNotNamed: return refuse(.preRelease(version, range))
      case .outside: return refuse(.outsideRange(version, range))
      }
    case .numeric: return DecimalNumber(text).map { .success(.number($0)) } ?? refuse(.notNumeric(text))
    case .alphabetical: return .success(.text(text))
    case .newestSeen: return .success(.nothing)
    }
  }
}
