/// The objects of a file: one or several documents of JSON or YAML, each an object or a list of them.
public struct ObjectDocuments: Sendable {
  /// The objects, in the order of the file.
  public let objects: [AnyAPIObject]

  /// What a cluster would warn of, such as fields that it does not know.
  public let warnings: [String]

  /// The objects in the bytes. Text that begins with a brace is JSON, other text YAML.
  ///
  /// - Throws: `ObjectError` that says where, and in which document when there are several.
  public init(parsing bytes: [UInt8]) throws(ObjectError) {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let documents = first == UInt8(ascii: "{") ? [try JSONValue(parsing: bytes)] : try YAMLReader.documents(bytes)
    let notes = FieldReader.Notes()
    var objects: [AnyAPIObject] = []
    for (index, document) in documents.enumerated() {
      do {
        objects += try Self.objects(in: document, notes: notes)
      } catch {
        if documents.count == 1 { throw error }
        throw ObjectError(place: "document \(index + 1)" + (error.place.isEmpty ? "" : ", \(error.place)"), reason: error.reason)
      }
    }
    self.objects = objects
    warnings = notes.warnings
  }

  /// The objects of a list, or the one object.
  private static func objects(in document: JSONValue, notes: FieldReader.Notes) throws(ObjectError) -> [AnyAPIObject] {
    guard let kind = document["kind"]?.text, kind.hasSuffix("List"), case .array(let items)? = document["items"] else {
      return [try AnyAPIObject.read(document, at: "", notes: notes)]
    }
    // The items of a typed list do not repeat their kind.
    let itemKind = String(kind.dropLast("List".count))
    var objects: [AnyAPIObject] = []
    for (index, item) in items.enumerated() {
      var item = item
      if case .object(let members) = item, !itemKind.isEmpty, item["kind"] == nil {
        item = .object(
          [JSONValue.Member("kind", .string(itemKind)), JSONValue.Member("apiVersion", document["apiVersion"] ?? .null)] + members)
      }
      objects.append(try AnyAPIObject.read(item, at: "items[\(index)]", notes: notes))
    }
    return objects
  }
}

extension JSONValue {
  /// A list of objects, as a cluster writes one.
  public static func list(_ objects: [AnyAPIObject]) -> JSONValue {
    .object([
      Member("kind", .string("List")), Member("apiVersion", .string("v1")), Member("metadata", .object([])),
      Member("items", .array(objects.map(\.json))),
    ])
  }
}
