/// What is wrong with one field of an object, in a cluster's words (Kubernetes, `field.Error`).
public struct FieldError: Hashable, Sendable {
  /// What kind of failure it is.
  public enum Kind: String, Hashable, Sendable {
    case required = "FieldValueRequired"
    case invalid = "FieldValueInvalid"
    case notFound = "FieldValueNotFound"
    case notSupported = "FieldValueNotSupported"
    case duplicate = "FieldValueDuplicate"
    case forbidden = "FieldValueForbidden"
    case tooLong = "FieldValueTooLong"
    case internalError = "InternalError"
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// Where, such as `spec.tags[latest].from.name`.
  public let field: String
  /// The value as a message shows it; nil for kinds that show none.
  public let value: String?
  /// The rule; may be empty.
  public let detail: String

  static func required(_ field: String, _ detail: String = "") -> FieldError {
    FieldError(kind: .required, field: field, value: nil, detail: detail)
  }

  static func invalid(_ field: String, _ value: String, _ detail: String) -> FieldError {
    FieldError(kind: .invalid, field: field, value: goQuoted(value), detail: detail)
  }

  static func invalid(_ field: String, _ value: Bool, _ detail: String) -> FieldError {
    FieldError(kind: .invalid, field: field, value: value ? "true" : "false", detail: detail)
  }

  static func notFound(_ field: String, _ value: String) -> FieldError {
    FieldError(kind: .notFound, field: field, value: goQuoted(value), detail: "")
  }

  static func tooLong(_ field: String, _ detail: String) -> FieldError {
    FieldError(kind: .tooLong, field: field, value: nil, detail: detail)
  }

  static func internalError(_ detail: String) -> FieldError {
    FieldError(kind: .internalError, field: "[]", value: nil, detail: detail)
  }

  /// The failure without its place.
  public var message: String {
    let name =
      switch kind {
      case .required: "Required value"
      case .invalid: "Invalid value"
      case .notFound: "Not found"
      case .notSupported: "Unsupported value"
      case .duplicate: "Duplicate value"
      case .forbidden: "Forbidden"
      case .tooLong: "Too long"
      case .internalError: "Internal error"
      }
    return name + (value.map { ": \($0)" } ?? "") + (detail.isEmpty ? "" : ": \(detail)")
  }

  /// Text as Go's `%q` shows it, for the characters that objects have.
  private static func goQuoted(_ text: String) -> String { JSONValue.string(text).compactJSON }
}

extension FieldError: CustomStringConvertible {
  /// Place and failure.
  public var description: String { "\(field): \(message)" }
}

extension Collection<FieldError> {
  /// The failures in one line: one as it is, several in brackets, equal ones once.
  var aggregated: String {
    var seen: Set<String> = []
    let messages = map(\.description).filter { seen.insert($0).inserted }
    return messages.count == 1 ? messages[0] : "[\(messages.joined(separator: ", "))]"
  }
}
