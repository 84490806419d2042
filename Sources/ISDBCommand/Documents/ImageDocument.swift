import ImageStreamDB

extension Image {
  /// Everything known of an image but its raw bytes.
  var document: Document {
    .object([
      "digest": .string("\(digest)"),
      "mediaType": .string(mediaType.rawValue),
      "manifestByteCount": .integer(manifestByteCount),
      "configuration": configuration.map { .string("\($0)") },
      "artifactType": artifactType.map { .string($0.rawValue) },
      "platform": platform.map { .string("\($0)") },
      "created": created.map { .string($0) },
      "author": author.map { .string($0) },
      "repository": repository.map { .string($0) },
      "layerByteCount": .integer(layerByteCount),
      "layers": .nonEmpty(layers.map(\.document)),
      "manifests": .nonEmpty(manifests.map(\.document)),
      "annotations": .nonEmpty(annotations),
      "labels": .nonEmpty(labels),
      "entrypoint": .nonEmpty(entrypoint.map { .string($0) }),
      "command": .nonEmpty(command.map { .string($0) }),
      "environment": .nonEmpty(environment.map { .string($0) }),
      "workingDirectory": workingDirectory.flatMap { .nonEmpty($0) },
      "user": user.flatMap { .nonEmpty($0) },
      "exposedPorts": .nonEmpty(exposedPorts.map { .string($0) }),
    ])
  }

  /// The platform, or how many there are in an index.
  var platformText: String {
    if isIndex {
      let platforms = manifests.compactMap(\.platform).filter { $0.os != "unknown" }
      return platforms.count == 1 ? "\(platforms[0])" : "\(platforms.count) platforms"
    }
    return platform.map { "\($0)" } ?? ""
  }
}

extension Descriptor {
  fileprivate var document: Document {
    .object([
      "mediaType": .string(mediaType.rawValue),
      "digest": .string("\(digest)"),
      "size": .integer(size),
      "platform": platform.map { .string("\($0)") },
    ])
  }
}
