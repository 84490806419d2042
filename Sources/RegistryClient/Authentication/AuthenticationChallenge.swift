#if Network
  /// One way in which a registry wants requests to be authenticated: an entry of `WWW-Authenticate` (RFC 9110, section 11.6.1).
  struct AuthenticationChallenge: Hashable, Sendable {
    /// The scheme in lower case: `basic`, `bearer`.
    let scheme: String

    /// The parameters, names in lower case.
    let parameters: [String: String]

    /// The challenges of the headers, in order; what cannot be read ends its header.
    ///
    /// Headers over 8 KiB and parameters after the sixteenth of a challenge are ignored: a registry needs three.
    static func parse(_ headers: [String]) -> [AuthenticationChallenge] {
      var challenges: [AuthenticationChallenge] = []
      for header in headers where header.utf8.count <= 8192 {
        var scanner = ChallengeScanner(header)
        challenges += scanner.challenges()
      }
      return challenges
    }
  }

  private struct ChallengeScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func challenges() -> [AuthenticationChallenge] {
      var challenges: [AuthenticationChallenge] = []
      skipSeparators()
      while let scheme = token() {
        var parameters: [String: String] = [:]
        while true {
          skipSeparators()
          let start = position
          guard let name = token(), skipSpacesThen(UInt8(ascii: "=")) else {
            // A token without `=` is the next challenge's scheme.
            position = start
            break
          }
          skipSpaces()
          guard let value = peek == UInt8(ascii: "\"") ? quotedString() : token() else { break }
          if parameters.count < 16, parameters[name.lowercased()] == nil { parameters[name.lowercased()] = value }
        }
        challenges.append(AuthenticationChallenge(scheme: scheme.lowercased(), parameters: parameters))
        skipSeparators()
      }
      return challenges
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() { while peek == 0x20 || peek == 0x09 { position += 1 } }

    private mutating func skipSeparators() { while peek == 0x20 || peek == 0x09 || peek == UInt8(ascii: ",") { position += 1 } }

    private mutating func skipSpacesThen(_ byte: UInt8) -> Bool {
      skipSpaces()
      guard peek == byte else { return false }
      position += 1
      return true
    }

    private mutating func token() -> String? {
      let start = position
      while let byte = peek, byte > 0x20, byte < 0x7F, !"\"(),;<=>?@[\\]{}".utf8.contains(byte) { position += 1 }
      return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quotedString() -> String? {
      var text: [UInt8] = []
      position += 1
      while let byte = peek {
        position += 1
        if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
        if byte == UInt8(ascii: "\\") {
          guard let escaped = peek else { return nil }
          text.append(escaped)
          position += 1
        } else {
          text.append(byte)
        }
      }
      return nil
    }
  }
#endif
