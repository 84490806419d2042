internal import Foundation
internal import ImageStreamDB

/// The files of a layout, wherever they are. Names come from checked digests only, so that none leads outside.
protocol LayoutFiles: Sendable {
  /// The bytes of a file, named relative to the layout.
  ///
  /// - Throws: `StoreError` with code `notFound`, or `tooLarge` when there are more than `maximumBytes`.
  func read(_ name: String, maximumBytes: Int) throws -> [UInt8]
}

/// The layout at `path`, which is a directory or a tar archive.
func openLayout(_ path: String) throws -> any LayoutFiles {
  let manager = FileManager.default
  guard manager.fileExists(atPath: path) else {
    throw StoreError(.notFound, "there is no image layout at \(path); name a directory with an oci-layout file, or a tar archive of one")
  }
  let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  let isDirectory = try manager.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType == .typeDirectory
  return isDirectory ? LayoutDirectory(path: path) : try LayoutArchive(path: path)
}

/// A layout in a directory.
struct LayoutDirectory: LayoutFiles {
  let path: String

  func read(_ name: String, maximumBytes: Int) throws -> [UInt8] {
    let file = "\(path)/\(name)"
    guard let handle = FileHandle(forReadingAtPath: file) else {
      if name == ImageLayout.headerPath {
        throw StoreError(.invalidArgument, "\(path) is not an image layout: it has no oci-layout file; name the layout's own directory")
      }
      throw StoreError(.notFound, "the image layout \(path) lacks \(name); copy the layout whole")
    }
    defer { try? handle.close() }
    let bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    guard bytes.count <= maximumBytes else {
      throw StoreError(.tooLarge, "\(file) has more than \(maximumBytes) bytes, which is the limit")
    }
    return Array(bytes)
  }
}
