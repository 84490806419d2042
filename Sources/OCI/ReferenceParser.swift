/// Takes a reference apart: digest from the right, then tag, then registry and path.
struct ReferenceParser {
  /// Far above what any valid reference needs: 255 (name) + 1 + 128 (tag) + 1 + 7 + 128 (digest) = 520.
  static let maximumLength = 1024

  private let text: String

  init(_ text: String) { self.text = text }

  func parse() throws(OCIError) -> Reference {
    guard !text.isEmpty else { throw OCIError(.invalidReference, "an image reference needs at least a repository name and this is empty") }
    guard text.utf8.count <= Self.maximumLength else {
      throw refusal("it has \(text.utf8.count) bytes, and the longest possible reference is far shorter than \(Self.maximumLength)")
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw refusal("it has characters other than printable ASCII ones") }
    if text.contains("://") { throw refusal("leave out the scheme, as in quay.io/ns/app:tag") }

    let (rest, digest) = try splitDigest(text)
    let (name, tag) = try splitTag(rest)
    try refuseIdentifiers(name: name, tag: tag)
    guard !name.isEmpty else { throw refusal("it has no repository name") }
    let (registry, path) = try splitRegistry(name)
    let repository = registry == Reference.defaultRegistry && !path.contains("/") ? "library/" + path : String(path)
    try validatePath(repository)
    let length = registry.utf8.count + 1 + repository.utf8.count
    guard length <= Reference.maximumNameLength else {
      throw refusal("the full name has \(length) characters and may have \(Reference.maximumNameLength)")
    }
    return Reference(registry: registry, repository: repository, tag: tag, digest: digest, spelledName: String(name))
  }

  private func splitDigest(_ text: String) throws(OCIError) -> (rest: Substring, digest: Digest?) {
    guard let at = text.firstIndex(of: "@") else { return (text[...], nil) }
    return (text[..<at], try Digest(String(text[text.index(after: at)...])))
  }

  /// A colon after the last slash begins a tag; one before it belongs to the registry's port.
  private func splitTag(_ text: Substring) throws(OCIError) -> (name: Substring, tag: String?) {
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return (text, nil) }
    let tag = String(text[text.index(after: colon)...])
    let name = text[..<colon]
    guard !name.contains(":") || name.contains("/") else { throw refusal("it has two tags") }
    try Reference.validateTag(tag)
    return (name, tag)
  }

  /// A digest or an identifier alone would otherwise read as a repository on Docker Hub, and be asked for there.
  private func refuseIdentifiers(name: Substring, tag: String?) throws(OCIError) {
    let isHexadecimal = { (text: Substring) in text.utf8.allSatisfy { Self.isHexadecimal($0) } }
    if let tag, DigestAlgorithm(rawValue: String(name)) != nil, tag.utf8.count >= DigestPrefix.minimumDigits, isHexadecimal(tag[...]) {
      throw refusal("it is a digest without a repository; write the repository, an @ and the digest")
    }
    if name.utf8.count == 64, isHexadecimal(name) { throw refusal("it is an image identifier; write repository@sha256:… instead") }
    if name.lowercased() == "localhost" {
      throw refusal("localhost is a registry, and a repository must follow it, as in localhost:5000/app")
    }
  }

  private func splitRegistry(_ name: Substring) throws(OCIError) -> (registry: String, path: Substring) {
    guard let slash = name.firstIndex(of: "/") else { return (Reference.defaultRegistry, name) }
    let first = name[..<slash]
    guard first.contains(".") || first.contains(":") || first.lowercased() == "localhost" else { return (Reference.defaultRegistry, name) }
    let path = name[name.index(after: slash)...]
    let host = first.lowercased()
    try validateHost(host)
    if ["index.docker.io", "registry-1.docker.io"].contains(host) { return (Reference.defaultRegistry, path) }
    return (host, path)
  }

  /// `hc ("." hc)* (":" port)?` with `hc` letters, digits and inner hyphens; the port must be one.
  private func validateHost(_ host: String) throws(OCIError) {
    if host.hasPrefix("[") { throw refusal("an IPv6 address cannot be a registry's name; give it a host name") }
    let parts = host.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw refusal("the registry \(host.quotedForMessage) has more than one colon") }
    if parts.count == 2 {
      let port = parts[1]
      guard port.utf8.allSatisfy({ Self.isDigit($0) }), let number = Int(port), (1...65_535).contains(number), port.first != "0" else {
        throw refusal("\(String(port).quotedForMessage) is not a port; ports are 1 to 65535")
      }
    }
    for label in parts[0].split(separator: ".", omittingEmptySubsequences: false) {
      let isPlain = label.utf8.allSatisfy { Self.isLowercaseLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") }
      guard isPlain, !label.isEmpty, !label.hasPrefix("-"), !label.hasSuffix("-") else {
        throw refusal("\(host.quotedForMessage) is not a host name: its parts are letters, digits and hyphens between them")
      }
    }
  }

  private func validatePath(_ path: String) throws(OCIError) {
    for component in path.split(separator: "/", omittingEmptySubsequences: false) where !Self.isPathComponent(component) {
      if component.isEmpty { throw refusal("a part of the repository's name is empty; parts are separated by one slash") }
      if Self.isPathComponent(component.lowercased()) {
        throw refusal("repository names are lower case, and \(String(component).quotedForMessage) is not")
      }
      throw refusal(
        "\(String(component).quotedForMessage) cannot be part of a repository's name: use lower-case letters and digits, and between them "
          + "a dot, one or two underscores, or hyphens")
    }
  }

  /// `[a-z0-9]+((?:[._]|__|[-]*)[a-z0-9]+)*`
  private static func isPathComponent(_ component: some StringProtocol) -> Bool {
    var separator: [UInt8] = []
    var hasStarted = false
    for byte in component.utf8 {
      if isLowercaseLetter(byte) || isDigit(byte) {
        if !separator.isEmpty {
          let isAllowed =
            separator == [UInt8(ascii: ".")] || separator == [UInt8(ascii: "_")] || separator == [UInt8(ascii: "_"), UInt8(ascii: "_")]
            || separator.allSatisfy { $0 == UInt8(ascii: "-") }
          guard isAllowed else { return false }
          separator = []
        }
        hasStarted = true
      } else {
        guard hasStarted, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") else { return false }
        separator.append(byte)
      }
    }
    return hasStarted && separator.isEmpty
  }

  private func refusal(_ reason: String) -> OCIError {
    OCIError(.invalidReference, "\(text.quotedForMessage) is not an image reference: \(reason)")
  }

  static func isWord(_ byte: UInt8) -> Bool {
    isLowercaseLetter(byte) || isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }

  private static func isLowercaseLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    Hexadecimal.value(of: byte) != nil || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
  }
}
