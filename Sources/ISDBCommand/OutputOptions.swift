import ArgumentParser

/// The forms that output comes in.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  /// For people: tables and sentences. May change from version to version.
  case table
  /// For programs: one document with stable names; a stream prints one line for each.
  case json
  /// The same as YAML; a stream separates documents by `---`.
  case yaml
}

/// How a command's answer is printed.
struct OutputOptions: ParsableArguments {
  @Option(name: [.short, .long], help: ArgumentHelp("The form of the output.", valueName: "format"))
  var output: OutputFormat = .table

  /// Prints an answer: `lines` for people, `document` for programs.
  func print(_ document: @autoclosure () throws -> Document, lines: () throws -> [String]) throws {
    switch output {
    case .table: try StandardStreams.write(lines: Highlighting.apply(to: lines()))
    case .json: try StandardStreams.write(JSONText.indented(document()) + "\n")
    case .yaml: try StandardStreams.write(YAMLText.render(document()))
    }
  }

  /// Prints one of many answers that come as they happen.
  func printNext(_ document: @autoclosure () throws -> Document, line: () throws -> String) throws {
    switch output {
    case .table: try StandardStreams.write(lines: Highlighting.apply(to: [line()]))
    case .json: try StandardStreams.write(JSONText.compact(document()) + "\n")
    case .yaml: try StandardStreams.write("---\n" + YAMLText.render(document()))
    }
  }

  /// Prints a table, and tells a person at a terminal when it is empty or not all there is; a pipe gets the table alone.
  func print(
    _ document: @autoclosure () throws -> Document, table: () throws -> Table, ifEmpty: String, hasMore: Bool = false
  ) throws {
    let isForPerson = output == .table && StandardStreams.outputIsTerminal
    try print(document()) {
      let table = try table()
      guard table.isEmpty else { return table.lines }
      if isForPerson { StandardStreams.report(ifEmpty) }
      return []
    }
    if hasMore, isForPerson { StandardStreams.report("there is more; raise --limit to see it") }
  }
}
