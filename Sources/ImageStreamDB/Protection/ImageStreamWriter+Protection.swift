internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// The most rules of one namespace: all of them are looked at in every move of one of its tags.
  public static let maximumProtectionsPerNamespace = 100

  /// The most bytes of a rule's pattern.
  static let maximumPatternBytes = NameRules.maximumStreamBytes + 1 + NameRules.maximumTagBytes

  /// Protects the tags of a namespace that fit a pattern. A rule with the same pattern is replaced.
  ///
  /// - Parameter pattern: `stream:tag`, each with `*` for any characters and `?` for one.
  /// - Throws: `StoreError` with code `invalidArgument` for a bad namespace or pattern, `tooLarge` beyond `maximumProtectionsPerNamespace` or for a long note.
  @discardableResult
  public mutating func protect(
    _ pattern: String, in namespace: String, as kind: ProtectionRule.Kind, by: String = "", because: String = ""
  ) throws -> ProtectionRule {
    guard NameRules.isNamespace(namespace[...]) else {
      throw NameRules.invalid(
        namespace, "a namespace", "it takes 1 to \(NameRules.maximumNamespaceBytes) lower-case letters, digits and inner hyphens")
    }
    guard pattern.utf8.count <= Self.maximumPatternBytes, pattern.split(separator: ":", omittingEmptySubsequences: false).count == 2 else {
      throw NameRules.invalid(pattern, "a pattern of tags", "write stream:tag, with * for any characters, as in web:v*")
    }
    for note in [by, because] where note.utf8.count > Self.maximumNoteBytes {
      throw StoreError(.tooLarge, "a note of rule \(pattern) has \(note.utf8.count) bytes; the limit is \(Self.maximumNoteBytes)")
    }
    var rules = try protections(of: namespace).filter { $0.pattern != pattern }
    guard rules.count < Self.maximumProtectionsPerNamespace else {
      throw StoreError(
        .tooLarge,
        "namespace \(namespace) has \(rules.count) rules; the limit is \(Self.maximumProtectionsPerNamespace): merge some into wider patterns"
      )
    }
    let rule = ProtectionRule(namespace: namespace, pattern: pattern, kind: kind, by: by, because: because, created: time)
    rules.append(rule)
    try put(rules, namespace)
    return rule
  }

  /// Removes a rule.
  ///
  /// - Throws: `StoreError` with code `notFound`.
  public mutating func unprotect(_ pattern: String, in namespace: String) throws {
    let rules = try protections(of: namespace)
    let rest = rules.filter { $0.pattern != pattern }
    guard rest.count < rules.count else {
      throw StoreError(.notFound, "namespace \(namespace) has no rule \(pattern.quotedForMessage); see isdb protect --list")
    }
    try put(rest, namespace)
  }

  private mutating func put(_ rules: [ProtectionRule], _ namespace: String) throws {
    if rules.isEmpty {
      try view.delete(Keyspace.protections(namespace))
      return
    }
    var record = Isdb_V1_ProtectionsRecord()
    record.rules = rules.map { Isdb_V1_ProtectionRuleRecord($0) }
    try view.put(Keyspace.protections(namespace), try RecordCoding.encode(record))
  }
}

extension ImageStreamReading where Self: ~Copyable {
  /// The rules of a namespace, oldest first.
  public mutating func protections(of namespace: String) throws -> [ProtectionRule] {
    guard let keyValue = try get(Keyspace.protections(namespace)) else { return [] }
    let record: Isdb_V1_ProtectionsRecord = try RecordCoding.decode(keyValue)
    return record.rules.map { ProtectionRule($0, in: namespace) }
  }

  /// The rules of all namespaces.
  public mutating func protections() throws -> [ProtectionRule] {
    var rules: [ProtectionRule] = []
    try forEach(RangeQuery(.prefix(Array(Keyspace.protections.utf8)))) { keyValue in
      let record: Isdb_V1_ProtectionsRecord = try RecordCoding.decode(keyValue)
      rules += record.rules.map { ProtectionRule($0, in: Keyspace.name(keyValue.key, after: Keyspace.protections)) }
      return true
    }
    return rules
  }

  /// The strictest rule about a tag; nil when none is.
  public mutating func protection(of tag: ImageStreamTagName) throws -> ProtectionRule? {
    let rules = try protections(of: tag.stream.namespace).filter { $0.covers(tag) }
    return rules.first { $0.kind == .immutable } ?? rules.first
  }
}
