#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Decodes JSON that a `JSONGuard` has looked through, with errors that say where.
enum JSONDocument {
  /// Decodes a document.
  /// - Throws: what the guard throws; `OCIError.Code.malformedContent` with the path of the value that does not fit.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], guard limits: JSONGuard, subject: String
  ) throws(OCIError) -> Value {
    try limits.check(bytes, subject: subject)
    return try decodeChecked(type, from: bytes, subject: subject)
  }

  /// Decodes a document that a guard has accepted already.
  static func decodeChecked<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], subject: String) throws(OCIError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw OCIError(.malformedContent, sentence(for: error, subject: subject))
    } catch {
      throw OCIError(.malformedContent, "the \(subject) cannot be decoded: \(error)")
    }
  }

  private static func sentence(for error: DecodingError, subject: String) -> String {
    switch error {
    case .keyNotFound(let key, let context): "the \(subject) has no \(path(context.codingPath + [key]))"
    case .valueNotFound(_, let context): "the \(subject)'s \(path(context.codingPath)) is null and must not be"
    case .typeMismatch(let type, let context): "the \(subject)'s \(path(context.codingPath)) is not \(name(of: type))"
    case .dataCorrupted(let context):
      "the \(subject)'s \(path(context.codingPath)) does not fit: \(context.debugDescription)"
    @unknown default: "the \(subject) cannot be decoded"
    }
  }

  private static func name(of type: any Any.Type) -> String {
    if type == String.self { return "a string" }
    if type == Int.self { return "an integer" }
    if type == Bool.self { return "true or false" }
    return String(describing: type).hasPrefix("Dictionary") ? "an object" : "of the right type, \(type)"
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    var path = ""
    for key in keys {
      if let index = key.intValue { path += "[\(index)]" } else { path += (path.isEmpty ? "" : ".") + key.stringValue }
    }
    return path.isEmpty ? "content" : path
  }
}
