/// `name [":" tag] ["@" digest]`, with OpenShift's rules for each part and its words for what does not fit.
enum DockerImageReferenceGrammar {
  /// The longest registry and path together (distribution, `NameTotalLengthMax`).
  static let maximumNameLength = 255

  private static let maximumTagLength = 128

  private struct Parts {
    let name: Substring
    let tag: Substring?
    let digest: Substring?
  }

  static func parse(_ text: String) throws(ObjectError) -> DockerImageReference {
    guard !text.isEmpty else { throw refusal("repository name must have at least one component") }
    guard let parts = split(text) else {
      throw refusal(split(text.lowercased()) != nil ? "repository name must be lowercase" : "invalid reference format")
    }
    guard parts.name.utf8.count <= maximumNameLength else {
      throw refusal("repository name must not be more than \(maximumNameLength) characters")
    }
    if let digest = parts.digest, let reason = digestRefusal(String(digest)) { throw refusal(reason) }
    return reference(text, parts)
  }

  private static func refusal(_ reason: String) -> ObjectError { ObjectError(place: "", reason: reason) }

  /// Registry, namespace and name, by whether the first component looks like a host.
  private static func reference(_ text: String, _ parts: Parts) -> DockerImageReference {
    var reference = DockerImageReference(id: parts.digest.map(String.init) ?? "")
    let first = parts.name.prefix { $0 != "/" }
    if first.endIndex == parts.name.endIndex {
      // One component that looks like a host is taken for a registry, with the tag that follows it.
      if first.contains(".") || first.hasPrefix("localhost") {
        reference.registry = text
        return reference
      }
      reference.name = String(first)
    } else if first.contains(":") || first.contains(".") || first == "localhost" {
      reference.registry = String(first)
      reference.name = String(parts.name[first.endIndex...].dropFirst())
    } else {
      reference.name = String(parts.name)
    }
    reference.tag = parts.tag.map(String.init) ?? ""
    if let slash = reference.name.firstIndex(of: "/") {
      reference.namespace = String(reference.name[..<slash])
      reference.name = String(reference.name[reference.name.index(after: slash)...])
    }
    return reference
  }

  /// The parts, when all of the text fits the grammar.
  private static func split(_ text: String) -> Parts? {
    var rest = text[...]
    var digest: Substring?
    if let at = text.firstIndex(of: "@") {
      digest = text[text.index(after: at)...]
      rest = text[..<at]
      guard let digest, hasDigestForm(digest) else { return nil }
    }
    var tag: Substring?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      tag = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
      guard let tag, isTag(tag) else { return nil }
    }
    return isName(rest) ? Parts(name: rest, tag: tag, digest: digest) : nil
  }

  /// `(host "/")? component ("/" component)*`
  private static func isName(_ text: Substring) -> Bool {
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = components.first else { return false }
    let isFirst = components.count > 1 && isHost(first) || isComponent(first)
    return isFirst && components.dropFirst().allSatisfy { isComponent($0) }
  }

  /// `hc ("." hc)* (":" [0-9]+)?` with `hc` letters and digits, and hyphens between them.
  private static func isHost(_ text: Substring) -> Bool {
    var host = text
    if let colon = text.firstIndex(of: ":") {
      let port = text[text.index(after: colon)...]
      guard !port.isEmpty, port.utf8.allSatisfy({ isDigit($0) }) else { return false }
      host = text[..<colon]
    }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return isAlphanumeric(first) && isAlphanumeric(last) && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// `[a-z0-9]+ ((?:[._] | __ | [-]*) [a-z0-9]+)*`
  private static func isComponent(_ text: Substring) -> Bool {
    var separator: [UInt8] = []
    var isAfterRun = false
    for byte in text.utf8 {
      if isLowercase(byte) || isDigit(byte) {
        guard separator.isEmpty || isSeparator(separator) else { return false }
        separator = []
        isAfterRun = true
      } else {
        guard isAfterRun else { return false }
        separator.append(byte)
      }
    }
    return isAfterRun && separator.isEmpty
  }

  private static func isSeparator(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 == UInt8(ascii: "-") } || bytes == Array(".".utf8) || bytes == Array("_".utf8) || bytes == Array("__".utf8)
  }

  /// `[\w][\w.-]{0,127}`
  static func isTag(_ text: Substring) -> Bool {
    let isWord = { (byte: UInt8) in isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
    guard let first = text.utf8.first, isWord(first), text.utf8.count <= maximumTagLength else { return false }
    return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// `alpha alnum* ([-_+.] alpha alnum*)* ":" hex{32,}`
  private static func hasDigestForm(_ text: Substring) -> Bool {
    guard let colon = text.firstIndex(of: ":") else { return false }
    let hex = text[text.index(after: colon)...].utf8
    guard hex.count >= 32, hex.allSatisfy({ isHexadecimal($0) }) else { return false }
    return text[..<colon].split(omittingEmptySubsequences: false, whereSeparator: { "-_+.".contains($0) }).allSatisfy { part in
      guard let first = part.utf8.first, isAlphanumeric(first), !isDigit(first) else { return false }
      return part.utf8.allSatisfy { isAlphanumeric($0) }
    }
  }

  /// Why the text is no digest that is used; nil when it is one.
  static func digestRefusal(_ text: String) -> String? {
    guard hasDigestForm(text[...]), let colon = text.firstIndex(of: ":") else { return "invalid checksum digest format" }
    let digits = text[text.index(after: colon)...].utf8.count
    switch text[..<colon] {
    case "sha256": return digits == 64 ? nil : "invalid checksum digest length"
    case "sha384": return digits == 96 ? nil : "invalid checksum digest length"
    case "sha512": return digits == 128 ? nil : "invalid checksum digest length"
    default: return "unsupported digest algorithm"
    }
  }

  private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowercase(byte) || isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
  }
}
