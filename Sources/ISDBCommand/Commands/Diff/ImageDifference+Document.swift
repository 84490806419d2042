import ImageStreamDB

extension ImageDifference {
  /// How two images differ.
  var document: Document {
    .object([
      "source": .string("\(source.digest)"),
      "target": .string("\(target.digest)"),
      "fields": .array(
        fields.map { field in
          .object(["name": .string(field.name), "before": field.before.map { .string($0) }, "after": field.after.map { .string($0) }])
        }),
      "layers": .object([
        "shared": .array(sharedLayers.map(\.layer)), "removed": .array(removedLayers.map(\.layer)),
        "added": .array(addedLayers.map(\.layer)),
        "removedByteCount": .integer(removedByteCount), "addedByteCount": .integer(addedByteCount),
      ]),
      "manifests": .nonEmpty(
        entries.map { entry in
          .object([
            "platform": entry.platform.map { .string("\($0)") }, "before": entry.before.map { .string("\($0)") },
            "after": entry.after.map { .string("\($0)") },
          ])
        }),
    ])
  }

  /// The same for people: - is what only the first image has, + what only the second one has.
  var lines: [String] {
    if isEmpty { return ["both are \(source.digest)"] }
    var lines = ["- \(source.digest)", "+ \(target.digest)"]
    for field in fields {
      lines.append("  \(field.name)")
      if let before = field.before, !before.isEmpty || field.after != nil { lines.append("    - \(before)") }
      if let after = field.after, !after.isEmpty || field.before != nil { lines.append("    + \(after)") }
      if field.before == "", field.after == nil { lines.append("    - removed") }
      if field.after == "", field.before == nil { lines.append("    + added") }
    }
    if !source.layers.isEmpty || !target.layers.isEmpty {
      lines.append("  layers: \(sharedLayers.count) shared, \(text(removedLayers, "removed")), \(text(addedLayers, "added"))")
      lines += removedLayers.map { "    - \($0.digest)   \(ByteCount(Int64($0.size)))" }
      lines += addedLayers.map { "    + \($0.digest)   \(ByteCount(Int64($0.size)))" }
    }
    for entry in entries {
      lines.append("  \(entry.platform.map { "\($0)" } ?? "manifest")")
      lines += [entry.before.map { "    - \($0)" }, entry.after.map { "    + \($0)" }].compactMap { $0 }
    }
    return lines.map(\.printable)
  }

  private func text(_ layers: [Descriptor], _ what: String) -> String {
    let size = layers.reduce(0) { $0 + $1.size }
    return layers.isEmpty ? "0 \(what)" : "\(layers.count) \(what) (\(ByteCount(Int64(size))))"
  }
}

extension Descriptor {
  fileprivate var layer: Document { .object(["digest": .string("\(digest)"), "size": .integer(size)]) }
}
