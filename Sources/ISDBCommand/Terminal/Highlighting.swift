import Foundation

/// Colour for a person at a terminal; a pipe, a file and whoever sets NO_COLOR (no-color.org) get plain text.
enum Highlighting {
  /// What a line is coloured for.
  private enum Colour: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// Whether output is coloured.
  static var isOn: Bool {
    let environment = ProcessInfo.processInfo.environment
    return StandardStreams.outputIsTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// The lines of a table or a description with what is wrong in red, what is held in yellow, and what is current in green.
  static func apply(to lines: [String], isOn: Bool = Highlighting.isOn) -> [String] {
    guard isOn else { return lines }
    return lines.enumerated().map { index, line in
      if index == 0, isHeading(line) { return paint(line, .bold) }
      if line.hasPrefix("  ! error") { return paint(line, .red) }
      if line.hasPrefix("  held: ") || line.hasPrefix("  refused ") { return paint(line, .yellow) }
      if line.hasPrefix("  * ") { return paint(line, .green) }
      return paintWords(in: line)
    }
  }

  /// Column headings are words in capitals.
  private static func isHeading(_ line: String) -> Bool {
    line.contains("   ") && line.allSatisfy { $0.isUppercase || $0 == " " }
  }

  /// The states of a tag in a table's row.
  private static func paintWords(in line: String) -> String {
    var line = line
    for (word, colour) in [("ImportFailed (", Colour.red), ("Held (", .yellow)] {
      guard let start = line.range(of: word)?.lowerBound, let end = line[start...].firstIndex(of: ")") else { continue }
      line.replaceSubrange(start...end, with: paint(String(line[start...end]), colour))
    }
    return line
  }

  private static func paint(_ text: String, _ colour: Colour) -> String { "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" }
}
