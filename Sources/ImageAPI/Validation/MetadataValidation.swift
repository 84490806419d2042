/// The rules for metadata that every kind obeys (Kubernetes, `ValidateObjectMeta`).
enum MetadataValidation {
  /// Keys and values of all annotations together, 256 KiB.
  static let maximumAnnotationBytes = 256 << 10

  private static let maximumLabelBytes = 63

  /// - Parameter nameRefusals: why the name is none of the kind's.
  static func errors(_ metadata: ObjectMeta, isNamespaced: Bool, nameRefusals: (String) -> [String]) -> [FieldError] {
    var errors: [FieldError] = []
    if metadata.name.isEmpty {
      errors.append(.required("metadata.name", "name or generateName is required"))
    } else {
      errors += nameRefusals(metadata.name).map { .invalid("metadata.name", metadata.name, $0) }
    }
    if isNamespaced {
      if metadata.namespace.isEmpty {
        errors.append(.required("metadata.namespace"))
      } else if !isDNSLabel(metadata.namespace) {
        errors.append(.invalid("metadata.namespace", metadata.namespace, dnsLabelRule))
      }
    } else if !metadata.namespace.isEmpty {
      errors.append(FieldError(kind: .forbidden, field: "metadata.namespace", value: nil, detail: "not allowed on this type"))
    }
    for (key, value) in metadata.labels.sorted(by: { $0.key < $1.key }) {
      errors += keyRefusals(key).map { .invalid("metadata.labels", key, $0) }
      if value.utf8.count > maximumLabelBytes {
        errors.append(.invalid("metadata.labels", value, "must be no more than \(maximumLabelBytes) characters"))
      }
      if !value.isEmpty, !isQualifiedPart(value[...]) { errors.append(.invalid("metadata.labels", value, labelValueRule)) }
    }
    errors += annotationErrors(metadata.annotations, at: "metadata.annotations")
    for reference in metadata.ownerReferences { errors += ownerErrors(reference) }
    return errors
  }

  static func annotationErrors(_ annotations: [String: String], at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    for key in annotations.keys.sorted() { errors += keyRefusals(key.lowercased()).map { .invalid(field, key, $0) } }
    let byteCount = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    if byteCount > maximumAnnotationBytes {
      errors.append(.tooLong(field, "may not be more than \(maximumAnnotationBytes) bytes"))
    }
    return errors
  }

  /// What no name of any kind may be: a part of a URL's path that means another place.
  static func pathSegmentRefusals(_ name: String) -> [String] {
    if name == "." || name == ".." { return ["may not be '\(name)'"] }
    return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
  }

  private static func ownerErrors(_ reference: JSONValue) -> [FieldError] {
    let field = "metadata.ownerReferences"
    return [
      ("apiVersion", "version must not be empty"), ("kind", "must not be empty"), ("name", "must not be empty"),
      ("uid", "must not be empty"),
    ]
    .filter { (reference[$0.0]?.text ?? "").isEmpty }
    .map { .invalid("\(field).\($0.0)", "", $0.1) }
  }

  private static let labelValueRule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    + "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

  private static let namePartRule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
    + "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

  private static let dnsLabelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
    + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

  private static let subdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
    + "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

  /// `(prefix "/")? name`, the prefix a host name.
  private static func keyRefusals(_ key: String) -> [String] {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    var refusals: [String] = []
    if parts.count == 2 {
      if parts[0].isEmpty {
        refusals.append("prefix part must be non-empty")
      } else if !isSubdomain(parts[0]) {
        refusals.append("prefix part \(subdomainRule)")
      }
    }
    guard parts.count <= 2, let name = parts.last else {
      return [
        "a qualified name \(namePartRule.dropFirst("name part ".count)) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
      ]
    }
    if name.isEmpty {
      refusals.append("name part must be non-empty")
    } else if name.utf8.count > maximumLabelBytes {
      refusals.append("name part must be no more than \(maximumLabelBytes) characters")
    }
    if !isQualifiedPart(name) { refusals.append(namePartRule) }
    return refusals
  }

  private static func isQualifiedPart(_ text: Substring) -> Bool { text.wholeMatch(of: /([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]/) != nil }

  private static func isDNSLabel(_ text: String) -> Bool {
    text.utf8.count <= 63 && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil
  }

  private static func isSubdomain(_ text: Substring) -> Bool {
    text.utf8.count <= 253 && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/) != nil
  }
}
