import ImageStreamDB

extension PolicyAssignment {
  /// A policy with what it has chosen.
  var document: Document {
    .object([
      "tag": .string("\(tag)"),
      "source": .string("\(source)"),
      "policy": policy.document,
      "choice": choice?.document,
      "by": .nonEmpty(by),
      "because": .nonEmpty(because),
      "created": .string("\(created)"),
      "revision": .integer(revision.rawValue),
    ])
  }
}

extension TagPolicy {
  fileprivate var document: Document {
    .object([
      "semver": range.map { .string($0) },
      "numeric": direction(Order.numeric),
      "alphabetical": direction(Order.alphabetical),
      "newestSeen": order == .newestSeen ? .boolean(true) : nil,
      "pattern": filter.map { .string($0.pattern.text) },
      "extract": filter?.extract.map { .string($0) },
      "minimumAgeSeconds": minimumAge > .zero ? .integer(minimumAge.components.seconds) : nil,
      "platform": platform.map { .string("\($0)") },
    ])
  }

  private var range: String? {
    guard case .semver(let range) = order else { return nil }
    return range.description
  }

  private func direction(_ order: (Direction) -> Order) -> Document? {
    Direction.allCases.first { order($0) == self.order }.map { .string($0.rawValue) }
  }
}

extension PolicyChoice {
  fileprivate var document: Document {
    .object([
      "tag": .string(tag),
      "image": .string("\(image)"),
      "pullSpec": .string(pullSpec),
      "firstSeen": .string("\(firstSeen)"),
      "revision": .integer(revision.rawValue),
    ])
  }
}

extension PolicyVerdict {
  /// A candidate with its verdict.
  var document: Document {
    .object([
      "tag": .string(candidate.tag),
      "image": .string("\(candidate.image)"),
      "firstSeen": .string("\(candidate.firstSeen)"),
      "platforms": candidate.platforms.flatMap { .nonEmpty($0.map { .string("\($0)") }) },
      "verdict": .string(word),
      "rank": rank.map { .integer($0) },
      "reason": reason.map { .string($0) },
    ])
  }

  /// The verdict in a word.
  var word: String {
    switch outcome {
    case .chosen: "chosen"
    case .eligible: "eligible"
    case .rejected(.tooYoung): "soaking"
    case .rejected: "rejected"
    }
  }

  /// Why, but for the one that is chosen.
  var reason: String? {
    switch outcome {
    case .chosen: nil
    case .eligible(let rank): "\(rank) better"
    case .rejected(let rejection): "\(rejection)"
    }
  }

  private var rank: Int? {
    switch outcome {
    case .chosen: 0
    case .eligible(let rank): rank
    case .rejected: nil
    }
  }
}
