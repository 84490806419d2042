/// Why a document is not an object of `image.openshift.io/v1`: the place in it, and the reason.
public struct ObjectError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the document, such as `spec.tags[2].from.kind`; empty for the document itself.
  public let place: String

  /// What is wrong there, as a sentence: lower case, no full stop.
  public let reason: String

  /// An error.
  public init(place: String, reason: String) {
    self.place = place
    self.reason = reason
  }

  /// Place and reason.
  public var description: String { place.isEmpty ? reason : "\(place): \(reason)" }
}
