import Foundation

/// The process's standard output and error.
enum StandardStreams {
  /// Whether a person reads standard output.
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether a person reads standard error.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes to standard output.
  ///
  /// - Throws: `OutputError` when nobody reads any more, or the disk is full.
  static func write(_ bytes: [UInt8]) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } catch {
      throw OutputError(cause: error)
    }
  }

  /// Writes text to standard output as it is.
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes lines to standard output, all in one go.
  static func write(lines: [String]) throws {
    if !lines.isEmpty { try write(lines.joined(separator: "\n") + "\n") }
  }

  /// Writes one line to standard error. That it may be closed is nobody's concern.
  static func report(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) }

  /// Writes to standard error without ending the line.
  static func reportPart(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

  /// All of standard input.
  static func readInput() throws -> [UInt8] {
    do {
      return try FileHandle.standardInput.readToEnd().map(Array.init) ?? []
    } catch {
      throw OutputError(cause: error)
    }
  }
}

/// Standard input or output failed.
struct OutputError: Error, CustomStringConvertible {
  let cause: any Error

  /// Whether the reader of a pipe went away, which is not worth a word.
  var isBrokenPipe: Bool {
    let error = cause as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    return [error, underlying].contains { $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(EPIPE) }
  }

  var description: String { "standard input or output failed (\(cause.localizedDescription)); check the disk and the pipe" }
}
