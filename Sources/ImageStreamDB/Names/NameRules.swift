internal import MVCC
internal import OCI

/// What names may be. Namespaces and streams become parts of keys, URLs and files, so they are plain on purpose.
enum NameRules {
  /// A DNS label (RFC 1123).
  static let maximumNamespaceBytes = 63

  /// Namespace, slash and stream together: a repository name (distribution-spec).
  static let maximumStreamBytes = 255

  /// distribution-spec: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
  static let maximumTagBytes = 128

  static func isNamespace(_ text: Substring) -> Bool {
    guard (1...maximumNamespaceBytes).contains(text.utf8.count) else { return false }
    guard let first = text.utf8.first, let last = text.utf8.last, isLowerAlphanumeric(first), isLowerAlphanumeric(last) else {
      return false
    }
    return text.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  /// One component of a repository name: runs of lower-case letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
  static func isStream(_ text: Substring) -> Bool {
    var separator: [UInt8] = []
    var isAfterRun = false
    for byte in text.utf8 {
      if isLowerAlphanumeric(byte) {
        if !separator.isEmpty, !isSeparator(separator) { return false }
        separator = []
        isAfterRun = true
      } else {
        guard isAfterRun else { return false }
        separator.append(byte)
      }
    }
    return isAfterRun && separator.isEmpty
  }

  static func isTag(_ text: Substring) -> Bool {
    guard (1...maximumTagBytes).contains(text.utf8.count), let first = text.utf8.first, isWord(first) else { return false }
    return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  private static func isSeparator(_ bytes: [UInt8]) -> Bool {
    bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")] || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
      || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }

  static func invalid(_ text: String, _ what: String, _ remedy: String) -> StoreError {
    StoreError(.invalidArgument, "\(text.quotedForMessage) is not \(what): \(remedy)")
  }
}
