/// Columns of text under upper-case headings, each as wide as its widest cell.
struct Table {
  private let headings: [String]
  private var rows: [[String]] = []

  /// Spaces between two columns.
  static let gap = 3

  init(_ headings: String...) { self.headings = headings }

  /// Whether there is nothing below the headings.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; each cell is printed on one line, an empty one stays blank.
  mutating func add(_ cells: [String]) {
    assert(cells.count == headings.count)
    rows.append(cells.map(\.printable))
  }

  /// The lines, without blanks at their ends.
  var lines: [String] {
    let widths = widths
    return ([headings] + rows).map { Self.line($0, widths) }
  }

  /// The line of one more row, under the columns of those that were printed.
  func line(_ cells: [String]) -> String { Self.line(cells.map(\.printable), widths) }

  private var widths: [Int] {
    headings.indices.map { column in rows.reduce(headings[column].count) { max($0, $1[column].count) } }
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      line += cell
      if column + 1 < cells.count { line += String(repeating: " ", count: max(0, widths[column] - cell.count) + gap) }
    }
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
