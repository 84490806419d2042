/// An object of the group `image.openshift.io`, version `v1`, with the JSON names of that API.
///
/// Reading keeps everything that the object's kind declares, the order of tags, and members of the metadata that nobody here knows; writing gives the
/// members in a cluster's order and leaves out what its `omitempty` leaves out. So a cluster's own object goes in and comes out equal.
public protocol APIObject: Hashable, Sendable {
  /// What the API calls it, such as `ImageStream`.
  static var kind: String { get }
  /// `image.openshift.io/v1`, or as it was read: `v1` is the API's name before it had groups.
  var apiVersion: String { get set }
  /// Its name and what goes with it.
  var metadata: ObjectMeta { get set }
}

extension APIObject {
  /// The group's name and version, which every object carries.
  public static var apiVersion: String { "image.openshift.io/v1" }

  /// The object as JSON, members in the order in which a cluster writes them.
  public var json: JSONValue { (self as? any ObjectPart)?.jsonValue ?? .null }
}

/// What is common to reading and writing the kinds.
protocol APIObjectPart: APIObject, ObjectPart {
  init(apiVersion: String, metadata: ObjectMeta, _ fields: inout FieldReader) throws(ObjectError)
  func writeContent(_ fields: inout FieldWriter)
}

extension APIObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError) {
    let kind = try fields.string("kind")
    // Objects inside others, such as the image of an image stream tag, have neither.
    guard kind.isEmpty || kind == Self.kind else {
      throw ObjectError(place: fields.place.isEmpty ? "kind" : "\(fields.place).kind", reason: "it is \(kind) and must be \(Self.kind)")
    }
    let apiVersion = try fields.string("apiVersion")
    try self.init(apiVersion: apiVersion, metadata: try fields.part("metadata") ?? ObjectMeta(), &fields)
  }

  func write(_ fields: inout FieldWriter) {
    if !apiVersion.isEmpty {
      fields.always("kind", Self.kind)
      fields.always("apiVersion", apiVersion)
    }
    fields.always("metadata", metadata)
    writeContent(&fields)
  }
}
