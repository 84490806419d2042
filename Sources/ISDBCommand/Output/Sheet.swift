/// Names and values one below the other, as `describe` and `info` print them.
struct Sheet {
  private enum Line {
    case field(String, String)
    case text(String)
  }

  private var content: [Line] = []

  /// A name with its value; further lines of it stand below the first. Nothing is added when there is no value.
  mutating func add(_ name: String, _ values: [String]) {
    for (index, value) in values.enumerated() { content.append(.field(index == 0 ? name + ":" : "", value.printable)) }
  }

  /// A name with its value, unless that is nil or empty.
  mutating func add(_ name: String, _ value: String?) {
    if let value, !value.isEmpty { add(name, [value]) }
  }

  /// A line of its own, as it is but for what a terminal would obey; blanks at its start indent it.
  mutating func add(line: String) { content.append(.text(line.printable)) }

  /// The lines, values aligned behind the longest name.
  var lines: [String] {
    let width = content.reduce(0) { width, line in
      if case .field(let name, _) = line { max(width, name.count) } else { width }
    }
    return content.map { line in
      switch line {
      case .text(let text): text
      case .field(let name, let value): name + String(repeating: " ", count: width - name.count + 3) + value
      }
    }
  }
}
