extension String {
  /// The text on one line and without anything that a terminal obeys.
  ///
  /// Names, labels and reasons come from registries and other users; an escape sequence among them could rewrite the screen, and a
  /// direction override could show a name that is not there.
  var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isUnprintable: text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The text cut off after `maximum` characters, the last of which is then an ellipsis.
  func abbreviated(to maximum: Int) -> String { count > maximum ? prefix(maximum - 1) + "…" : self }
}

extension Unicode.Scalar {
  fileprivate var isUnprintable: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFD: true
    default: false
    }
  }
}

/// Bytes as a person can read them: text where they are text, `\xNN` where not.
func printableBytes(_ bytes: [UInt8]) -> String {
  if let text = String(validating: bytes, as: UTF8.self) { return text.printable }
  var text = ""
  for byte in bytes {
    if (0x20..<0x7F).contains(byte) {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
  return text
}
