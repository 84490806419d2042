public import MVCC

/// What a policy says of one candidate among others.
public struct PolicyVerdict: Hashable, Sendable {
  /// How it came out.
  public enum Outcome: Hashable, Sendable {
    /// It is the one.
    case chosen
    /// It could be chosen, and so many are before it; from 1.
    case eligible(rank: Int)
    /// It cannot be chosen.
    case rejected(PolicyRejection)
  }

  /// The candidate.
  public let candidate: PolicyCandidate

  /// How it came out.
  public let outcome: Outcome
}

extension PolicyVerdict.Outcome: CustomStringConvertible {
  /// A clause without a subject.
  public var description: String {
    switch self {
    case .chosen: "chosen"
    case .eligible(let rank): "eligible, and \(rank == 1 ? "one is" : "\(rank) are") before it"
    case .rejected(let rejection): rejection.description
    }
  }
}

/// What a policy says of all candidates at a time.
public struct PolicyEvaluation: Hashable, Sendable {
  /// The one that is chosen, then the eligible ones from the best down, then the rejected ones by name.
  public let verdicts: [PolicyVerdict]

  /// When the choice changes if no tag moves: when the first candidate that is better than the chosen one is old enough. Nil when none is.
  public let nextChange: Timestamp?

  /// The one that is chosen; nil when none is eligible.
  public var chosen: PolicyCandidate? {
    guard let first = verdicts.first, case .chosen = first.outcome else { return nil }
    return first.candidate
  }
}

extension TagPolicy {
  /// What the policy says of each of them at that time, and which it chooses.
  /// - Complexity: O(*n* log *n*) for *n* candidates. When one arrives, `judge(_:now:)` is enough.
  public func evaluate(_ candidates: some Sequence<PolicyCandidate>, now: Timestamp) -> PolicyEvaluation {
    var eligible: [(rank: PolicyRank, candidate: PolicyCandidate)] = []
    var soaking: [(rank: PolicyRank, until: Timestamp)] = []
    var rejected: [PolicyVerdict] = []
    for candidate in candidates {
      switch judge(candidate, now: now) {
      case .eligible(let rank): eligible.append((rank, candidate))
      case .soaking(let rank, let until):
        soaking.append((rank, until))
        rejected.append(PolicyVerdict(candidate: candidate, outcome: .rejected(.tooYoung(until: until))))
      case .rejected(let reason): rejected.append(PolicyVerdict(candidate: candidate, outcome: .rejected(reason)))
      }
    }
    eligible.sort { $0.rank > $1.rank }
    rejected.sort { $0.candidate.tag < $1.candidate.tag }
    let best = eligible.first?.rank
    let chosen = eligible.enumerated().map { place, entry in
      PolicyVerdict(candidate: entry.candidate, outcome: place == 0 ? .chosen : .eligible(rank: place))
    }
    let nextChange = soaking.filter { soaking in best.map { $0 < soaking.rank } ?? true }.map(\.until).min()
    return PolicyEvaluation(verdicts: chosen + rejected, nextChange: nextChange)
  }
}
