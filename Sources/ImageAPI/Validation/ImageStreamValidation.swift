internal import ImageStreamDB

extension ImageStreamObject {
  /// The stream with a cluster's defaults filled in.
  /// - Parameter importMode: the cluster's, `Legacy` unless it was configured otherwise.
  public func defaulted(importMode: String = "Legacy") -> ImageStreamObject {
    var stream = self
    stream.apiVersion = Self.apiVersion
    for index in stream.spec.tags.indices { stream.spec.tags[index].fillDefaults(importMode: importMode) }
    return stream
  }

  /// What breaks a rule, tags by name.
  var validationErrors: [FieldError] {
    var errors = MetadataValidation.errors(metadata, isNamespaced: true, nameRefusals: Self.nameRefusals)
    if "\(metadata.namespace)/\(metadata.name)".utf8.count > DockerImageReferenceGrammar.maximumNameLength {
      errors.append(
        .invalid(
          "metadata.name", metadata.name,
          "'namespace/name' cannot be longer than \(DockerImageReferenceGrammar.maximumNameLength) characters"))
    }
    errors += repositoryErrors
    for tag in canonical.spec.tags { errors += tag.validationErrors(at: "spec.tags[\(tag.name)]") }
    return errors
  }

  /// The first time that a cluster could not read; nil when it could read all.
  var malformedTime: ObjectError? {
    var times = [("metadata.creationTimestamp", metadata.creationTimestamp)]
    for history in status.tags {
      times += history.items.map { ("status.tags[\(history.tag)].items.created", $0.created) }
      times += history.conditions.map { ("status.tags[\(history.tag)].conditions.lastTransitionTime", $0.lastTransitionTime) }
    }
    return times.lazy.compactMap { place, time in time?.refusal.map { ObjectError(place: place, reason: $0) } }.first
  }

  /// Why the text cannot name a stream; a cluster's rule, stricter than that for repositories.
  static func nameRefusals(_ name: String) -> [String] {
    let refusals = MetadataValidation.pathSegmentRefusals(name)
    if !refusals.isEmpty { return refusals }
    return name.wholeMatch(of: /[a-z0-9]+(?:[._\-][a-z0-9]+)*/) == nil ? ["must match \"[a-z0-9]+(?:[._-][a-z0-9]+)*\""] : []
  }

  private var repositoryErrors: [FieldError] {
    let repository = spec.dockerImageRepository
    if repository.isEmpty { return [] }
    let field = "spec.dockerImageRepository"
    do {
      let reference = try DockerImageReference(parsing: repository)
      var errors: [FieldError] = []
      if !reference.tag.isEmpty { errors.append(.invalid(field, repository, "the repository name may not contain a tag")) }
      if !reference.id.isEmpty { errors.append(.invalid(field, repository, "the repository name may not contain an ID")) }
      return errors
    } catch {
      return [.invalid(field, repository, error.reason)]
    }
  }
}

extension ImageStreamObject.TagReference {
  mutating func fillDefaults(importMode: String) {
    if referencePolicy.type.isEmpty { referencePolicy.type = "Source" }
    if importPolicy.importMode.isEmpty { importPolicy.importMode = importMode }
  }

  /// What breaks a rule.
  func validationErrors(at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    // A cluster takes any name here; one that no tag can be pulled by is refused here.
    if !DockerImageReferenceGrammar.isTag(name[...]) {
      errors.append(
        .invalid(
          "\(field).name", name, "a tag is 1 to 128 letters, digits, '_', '.' and '-', the first of them neither '.' nor '-'"))
    }
    if let from {
      if from.name.isEmpty { errors.append(.required("\(field).from.name")) }
      switch from.kind {
      case "DockerImage":
        if !from.name.isEmpty {
          do { _ = try DockerImageReference(parsing: from.name) } catch {
            errors.append(.invalid("\(field).from.name", from.name, error.reason))
          }
        }
      case "ImageStreamImage", "ImageStreamTag":
        if importPolicy.scheduled {
          errors.append(
            .invalid(
              "\(field).importPolicy.scheduled", true, "only tags pointing to Docker repositories may be scheduled for background import"))
        }
      case TagSpec.layoutKind: break
      default: errors.append(.required("\(field).from.kind", "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'"))
      }
    }
    if !["", "Legacy", "PreserveOriginal"].contains(importPolicy.importMode) {
      errors.append(
        .invalid(
          "\(field).importPolicy.importMode", importPolicy.importMode,
          "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'"))
    }
    if !["Source", "Local"].contains(referencePolicy.type) {
      errors.append(.invalid("\(field).referencePolicy.type", referencePolicy.type, "valid values are \"Source\", \"Local\""))
    }
    return errors
  }
}
