import ArgumentParser
import Foundation
import ImageAPI
import ImageStreamDB

/// How an error leaves the process: one line on standard error, or none, and an exit status.
struct Failure {
  /// What is printed behind `isdb: `; nil for nothing.
  let message: String?

  /// The exit status.
  let status: Int32

  init(_ error: any Error) {
    switch error {
    case let exit as SilentExit:
      self.init(nil, exit.status)
    case let error as StoreError:
      self.init(error.message, ExitStatus(error.code))
    case let error as OCIError:
      self.init(error.message, ExitStatus(StoreError(error).code))
    case let error as StatusError:
      self.init(error.description, ExitStatus(error.status))
    case let error as ObjectError:
      self.init(error.description, ExitStatus.usage)
    case let error as OutputError:
      // A reader that went away has read enough, as in `isdb list | head`.
      self = error.isBrokenPipe ? Failure(nil, 128 + SIGPIPE) : Failure(error.description, ExitStatus.inputOutput)
    case is CancellationError:
      self.init(nil, 128 + SIGINT)
    default:
      self = ExitStatus(registry: error).map { Failure("\(error)", $0) } ?? Self.outside(error)
    }
  }

  private init(_ message: String?, _ status: Int32) {
    self.message = message.map { $0.oneLine }
    self.status = status
  }

  private init(_ message: String?, _ status: ExitStatus) { self.init(message, status.rawValue) }

  /// What the argument parser or a system library threw.
  private static func outside(_ error: any Error) -> Failure {
    let message = ISDB.message(for: error)
    guard ISDB.exitCode(for: error) == .validationFailure else {
      return Failure(message.isEmpty ? String(describing: error) : message, ExitStatus.software)
    }
    return Failure("\(message.oneLine.lowercasedStart.withoutSentences); see '\(commandHelp(error))'", ExitStatus.usage)
  }

  /// The command line that explains the command which could not be parsed: the parser names it only in its long message.
  private static func commandHelp(_ error: any Error) -> String {
    let lines = ISDB.fullMessage(for: error).split(separator: "\n")
    guard let line = lines.last(where: { $0.hasPrefix("  See '") }) else { return "isdb --help" }
    return String(line.dropFirst(7).prefix { $0 != "'" })
  }
}

extension String {
  /// The text without line breaks, other controls and a full stop at its end.
  fileprivate var oneLine: String {
    var lines = split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    lines.removeAll(where: \.isEmpty)
    let line = lines.joined(separator: " ").printable
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }

  /// A sentence's first word in lower case, unless it is an acronym or quoted.
  fileprivate var lowercasedStart: String {
    let word = prefix { $0.isLetter }
    guard word.dropFirst().allSatisfy(\.isLowercase) else { return self }
    return word.lowercased() + dropFirst(word.count)
  }

  /// The parser's sentences, of which some have a second one with advice, as one.
  fileprivate var withoutSentences: String {
    replacingOccurrences(of: ". Please", with: "; please").replacingOccurrences(of: ". Did you", with: "; did you")
  }
}
