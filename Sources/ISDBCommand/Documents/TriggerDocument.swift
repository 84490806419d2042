import ImageStreamDB

extension TriggerStatus {
  /// A trigger with its progress.
  var document: Document {
    trigger.document.adding(["revision": .integer(revision.rawValue), "deliveries": .array(deliveries.map(\.document))])
  }
}

extension Trigger {
  /// A trigger without its progress.
  var document: Document {
    .object([
      "name": .string(name),
      "scope": .string("\(scope)"),
      "command": .array(command.map { .string($0) }),
      "created": .string("\(created)"),
      "maximumAttempts": maximumAttempts == 0 ? nil : .integer(maximumAttempts),
    ])
  }

  /// The command as a shell would take it.
  var commandText: String { command.map(\.shellQuoted).joined(separator: " ") }
}

extension Delivery {
  fileprivate var document: Document {
    .object([
      "tag": .string("\(tag)"),
      "deliveredImage": deliveredImage.map { .string("\($0)") },
      "deliveredPullSpec": deliveredPullSpec.map { .string($0) },
      "attemptedPullSpec": .string(attemptedPullSpec),
      "revision": .integer(revision.rawValue),
      "time": .string("\(time)"),
      "attempts": .integer(attempts),
      "error": error.map { .string($0) },
      "isDead": .boolean(isDead),
    ])
  }
}

extension TriggerEvent {
  /// What a trigger's command reads on its standard input.
  var document: Document {
    .object([
      "trigger": .string(trigger),
      "attempt": .integer(attempt),
      "previousImage": previousImage.map { .string("\($0)") },
      "event": event.document,
      "companions": companions.isEmpty ? nil : .array(companions.map(\.document)),
    ])
  }
}

extension String {
  /// The word in single quotes if a shell would take it apart.
  var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy { $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-./:=@%+,".unicodeScalars.contains($0) }
    return isPlain ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}
