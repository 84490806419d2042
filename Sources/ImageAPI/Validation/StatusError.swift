/// A refusal as a cluster answers it.
public struct StatusError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The answer.
  public let status: StatusObject

  /// A refusal with that answer.
  public init(_ status: StatusObject) { self.status = status }

  /// The answer's message.
  public var description: String { status.message }

  private init(code: Int64, reason: String, message: String, details: StatusObject.Details? = nil) {
    var status = StatusObject()
    status.status = "Failure"
    status.code = code
    status.reason = reason
    status.message = message
    status.details = details
    self.status = status
  }

  /// The group of every kind here.
  private static let group = "image.openshift.io"

  /// The object breaks rules: 422.
  public static func invalid(kind: String, name: String, _ errors: [FieldError]) -> StatusError {
    StatusError(
      code: 422, reason: "Invalid", message: "\(kind).\(group) \"\(name)\" is invalid: \(errors.aggregated)",
      details: StatusObject.Details(
        name: name, kind: kind,
        causes: errors.map { StatusObject.Cause(reason: $0.kind.rawValue, message: $0.message, field: $0.field) }))
  }

  /// There is no such object: 404.
  public static func notFound(resource: String, name: String) -> StatusError {
    StatusError(
      code: 404, reason: "NotFound", message: "\(resource).\(group) \"\(name)\" not found",
      details: StatusObject.Details(name: name, kind: resource))
  }

  /// The name is taken: 409.
  public static func alreadyExists(resource: String, name: String) -> StatusError {
    StatusError(
      code: 409, reason: "AlreadyExists", message: "\(resource).\(group) \"\(name)\" already exists",
      details: StatusObject.Details(name: name, kind: resource))
  }

  /// The state is not the one that was read: 409.
  public static func conflict(resource: String, name: String, _ reason: String) -> StatusError {
    StatusError(
      code: 409, reason: "Conflict", message: "Operation cannot be fulfilled on \(resource).\(group) \"\(name)\": \(reason)",
      details: StatusObject.Details(name: name, kind: resource))
  }

  /// The request cannot be read: 400.
  public static func badRequest(_ message: String) -> StatusError { StatusError(code: 400, reason: "BadRequest", message: message) }

  /// The document is not an object of that kind: 400, with the reason alone, as a cluster says it.
  public static func malformed(kind: String, _ error: ObjectError) -> StatusError {
    badRequest("\(kind) in version \"v1\" cannot be handled as a \(kind): \(error.reason)")
  }
}
