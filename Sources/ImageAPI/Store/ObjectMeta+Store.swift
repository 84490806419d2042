internal import ImageStreamDB
internal import MVCC
internal import OCI

extension ObjectMeta {
  /// Members that a cluster writes for itself; those of another cluster mean nothing here.
  private static let ownedByServer: Set<String> = ["managedFields", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"]

  /// What the store keeps for whoever wrote the object: owners, finalizers and members that are not known here.
  var kept: String {
    var members = others.filter { !Self.ownedByServer.contains($0.name) }
    if !ownerReferences.isEmpty { members.insert(JSONValue.Member("ownerReferences", .array(ownerReferences)), at: 0) }
    return members.isEmpty ? "" : JSONValue.object(members).compactJSON
  }

  /// The metadata of a stored stream.
  /// - Parameter revision: of the last change of the stream or one of its tags.
  init(_ stream: ImageStream, revision: Revision) {
    self.init(name: stream.name.name, namespace: stream.name.namespace)
    uid = Self.identity(of: stream)
    resourceVersion = "\(revision.rawValue)"
    generation = stream.generation
    creationTimestamp = ObjectTime(stream.created)
    labels = stream.labels
    annotations = stream.annotations
    guard !stream.metadata.isEmpty, case .object(let members)? = try? JSONValue(parsing: Array(stream.metadata.utf8)) else { return }
    for member in members {
      if member.name == "ownerReferences", case .array(let references) = member.value {
        ownerReferences = references
      } else {
        others.append(member)
      }
    }
  }

  /// A name for this very stream, as opposed to one of the same name that is made after its removal: the digest of its name, time and revision, in the
  /// form of a UUID of version 8 (RFC 9562, section 5.8).
  private static func identity(of stream: ImageStream) -> String {
    let text = "\(stream.name) \(stream.created.millisecondsSinceEpoch) \(stream.createRevision.rawValue)"
    var digits = Array(Digest(of: Array(text.utf8)).hex.prefix(32))
    digits[12] = "8"
    digits[16] = "a"
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}
