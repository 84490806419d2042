import Foundation
import ImageAPI
import ImageStreamDB

/// Objects of `image.openshift.io/v1` from files, directories and standard input.
struct ObjectFiles {
  /// One object, and where it stands.
  struct Source {
    let path: String
    let object: AnyAPIObject
  }

  /// The objects, in the order of the arguments, files of a directory by name.
  private(set) var sources: [Source] = []

  /// What a reader should know.
  private(set) var warnings: [String] = []

  private static let extensions: Set<String> = ["json", "yaml", "yml"]

  /// Reads everything before anything is done, so that a mistake in the last file leaves the store as it is.
  ///
  /// - Throws: `StoreError` for a file that cannot be read, or is no object.
  init(_ paths: [String], isRecursive: Bool) throws {
    for path in paths {
      if path == "-" {
        try read(StandardStreams.readInput(), "standard input")
        continue
      }
      for file in try Self.files(path, isRecursive: isRecursive) {
        guard let data = FileManager.default.contents(atPath: file) else {
          throw StoreError(.notFound, "cannot read \(file.printable); check the path and its permissions")
        }
        try read(Array(data), file)
      }
    }
  }

  private mutating func read(_ bytes: [UInt8], _ path: String) throws(StoreError) {
    do {
      let documents = try ObjectDocuments(parsing: bytes)
      sources += documents.objects.map { Source(path: path, object: $0) }
      warnings += documents.warnings.map { "\(path.printable): \($0)" }
    } catch {
      throw StoreError(.invalidArgument, "\(path.printable): \(error)", cause: error)
    }
  }

  private static func files(_ path: String, isRecursive: Bool) throws(StoreError) -> [String] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else {
      throw StoreError(.notFound, "there is no file \(path.printable); name a file, a directory, or - for standard input")
    }
    // Whatever lists its contents is a directory, by whichever link it was reached.
    guard let children = try? manager.contentsOfDirectory(atPath: path) else { return [path] }
    let names = isRecursive ? (try? manager.subpathsOfDirectory(atPath: path)) ?? children : children
    let files = names.filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }.sorted()
    guard !files.isEmpty else {
      throw StoreError(.notFound, "\(path.printable) has no files that end in .json, .yaml or .yml; name others one by one")
    }
    return files.map { "\(path)/\($0)" }
  }
}
