/// A pattern in which `*` stands for any characters and `?` for one.
struct Glob {
  private let pattern: [UInt8]

  init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

  /// Whether the whole text fits.
  ///
  /// - Complexity: O(pattern · text): after a mismatch only the last star takes one character more.
  func matches(_ text: String) -> Bool {
    let text = Array(text.utf8)
    var (at, position) = (0, 0)
    var retry: (star: Int, position: Int)?
    while position < text.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        retry = (at, position)
        at += 1
      } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == text[position] {
        at += 1
        position += 1
      } else if let last = retry {
        retry = (last.star, last.position + 1)
        (at, position) = (last.star + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
