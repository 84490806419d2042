extension ImageStreamObject {
  /// What is asked of a tag; nil when nothing is.
  public func specTag(_ tag: String) -> TagReference? { spec.tags.first { $0.name == tag } }

  /// What a tag is and was; nil when it never was anything.
  public func statusTag(_ tag: String) -> NamedTagEventList? { status.tags.first { $0.tag == tag } }

  /// Where to pull a tag's newest image from; nil when it has none.
  ///
  /// The policy `Local` sends to the stream's own repository, by digest, where there is one; anything else to where the image came from.
  public func pullSpec(of tag: String) -> String? {
    guard let event = statusTag(tag.isEmpty ? ObjectNames.defaultTag : tag)?.items.first else { return nil }
    return pullSpec(of: event, tag: tag)
  }

  func pullSpec(of event: TagEvent, tag: String) -> String {
    guard specTag(tag)?.referencePolicy.type == "Local", !status.dockerImageRepository.isEmpty, !event.image.isEmpty,
      var reference = try? DockerImageReference(parsing: status.dockerImageRepository)
    else { return event.dockerImageReference }
    reference.tag = ""
    reference.id = event.image
    return reference.exact
  }

  /// Whether more is asked of a tag than its newest image or failed import answers, so that an import is still to come.
  public func isPending(_ tag: String) -> Bool {
    guard let wanted = specTag(tag)?.generation else { return false }
    let observed = statusTag(tag).map { history in
      max(history.items.first?.generation ?? 0, history.conditions.filter { $0.type == "ImportSuccess" }.map(\.generation).max() ?? 0)
    }
    return wanted > observed ?? 0
  }
}
