import Foundation
import ImageStreamDB
import TestSupport

/// Writes images as an OCI image layout, each under a name.
func writeLayout(_ images: [(name: String, content: ImageContent)], to path: String) throws {
  var entries: [String] = []
  for (name, content) in images {
    try writeBlobs(content, to: path)
    entries.append(
      """
      {"mediaType":"\(content.parsed.mediaType.rawValue)","digest":"\(content.digest)","size":\(content.manifest.count),\
      "annotations":{"org.opencontainers.image.ref.name":"\(name)"}}
      """)
  }
  try write(bytes(#"{"imageLayoutVersion":"1.0.0"}"#), to: "\(path)/oci-layout")
  try write(bytes(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#), to: "\(path)/index.json")
}

private func writeBlobs(_ content: ImageContent, to path: String) throws {
  try write(content.manifest, to: "\(path)/\(ImageLayout.blobPath(of: content.digest))")
  if let configuration = content.configuration {
    try write(configuration, to: "\(path)/\(ImageLayout.blobPath(of: Digest(of: configuration)))")
  }
  for child in content.children { try writeBlobs(child, to: path) }
}

/// Writes a file, with the directories above it.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}
