import ImageStreamDB

extension Image {
  /// The lines that `oc describe` has for an image, empty ones left out.
  func addDetails(to sheet: inout Sheet, now: Timestamp) {
    sheet.add("Media Type", mediaType.rawValue)
    sheet.add("Artifact Type", artifactType?.rawValue)
    sheet.add("Repository", repository)
    if !layers.isEmpty {
      sheet.add("Image Size", "\(ByteCount(Int64(layerByteCount))) in \(layers.count) layer\(layers.count == 1 ? "" : "s")")
      sheet.add("Layers", layers.map { "\(ByteCount(Int64($0.size)).aligned)   \($0.digest)" })
    }
    sheet.add("Manifests", manifests.map { "\($0.digest)   \($0.platform.map { "\($0)" } ?? "")".trimmedEnd })
    if let created { sheet.add("Image Created", Timestamp(created).map { "\(Age(of: $0, now: now)) (\(created))" } ?? created) }
    sheet.add("Author", author)
    sheet.add("Platform", platform.map { "\($0)" })
    sheet.add("Entrypoint", entrypoint.map(\.shellQuoted).joined(separator: " "))
    sheet.add("Command", command.map(\.shellQuoted).joined(separator: " "))
    sheet.add("Working Dir", workingDirectory)
    sheet.add("User", user)
    sheet.add("Exposes Ports", exposedPorts.joined(separator: ", "))
    sheet.add("Environment", environment)
    sheet.add("Labels", labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    sheet.add("Annotations", annotations.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
  }
}

extension ByteCount {
  /// At the right of a column that is as wide as the widest size.
  fileprivate var aligned: String {
    let text = description
    return String(repeating: " ", count: max(0, 7 - text.count)) + text
  }
}

extension String {
  fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
