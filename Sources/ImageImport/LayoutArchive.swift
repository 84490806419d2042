internal import Foundation
internal import ImageStreamDB
internal import Synchronization

/// A layout in a tar archive, read in place: headers once, then only the files that are asked for.
///
/// The ustar format with GNU and pax long names (POSIX pax; GNU tar manual, "Standard"). Links, devices and everything else but plain files are passed over.
final class LayoutArchive: LayoutFiles {
  private struct Entry {
    let offset: UInt64
    let size: Int
  }

  /// Members that an archive may have.
  static let maximumMembers = 100_000

  private static let blockBytes = 512

  private let path: String
  private let file: Mutex<FileHandle>
  private let entries: [String: Entry]

  /// - Throws: `StoreError` with code `invalidArgument` when the file is not a tar archive, or is compressed.
  init(path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw StoreError(.permissionDenied, "\(path) cannot be read; check its permissions")
    }
    let entries: [String: Entry]
    do {
      entries = try Self.scan(handle, path)
    } catch {
      try? handle.close()
      throw error
    }
    self.path = path
    self.entries = entries
    file = Mutex(handle)
  }

  deinit { file.withLock { try? $0.close() } }

  func read(_ name: String, maximumBytes: Int) throws -> [UInt8] {
    guard let entry = entries[name] else {
      if name == ImageLayout.headerPath {
        throw StoreError(
          .invalidArgument,
          "\(path) is not an archive of an image layout: it has no oci-layout file; make one with skopeo copy … oci-archive:FILE")
      }
      throw StoreError(.notFound, "the archive \(path) lacks \(name); archive the layout whole")
    }
    guard entry.size <= maximumBytes else {
      throw StoreError(.tooLarge, "\(name) in \(path) has \(entry.size) bytes; the limit is \(maximumBytes)")
    }
    let bytes = try file.withLock { file in
      try file.seek(toOffset: entry.offset)
      return try file.read(upToCount: entry.size) ?? Data()
    }
    guard bytes.count == entry.size else { throw Self.damaged(path, "it ends inside of \(name)") }
    return Array(bytes)
  }

  // MARK: Headers

  private static func scan(_ file: FileHandle, _ path: String) throws -> [String: Entry] {
    var entries: [String: Entry] = [:]
    var offset: UInt64 = 0
    var longName: String?
    let end = try file.seekToEnd()
    for _ in 0..<maximumMembers {
      try file.seek(toOffset: offset)
      let header = Array(try file.read(upToCount: blockBytes) ?? Data())
      if offset == 0, header.starts(with: [0x1F, 0x8B]) || header.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
        throw StoreError(.unsupported, "\(path) is compressed; decompress it first, with gunzip or unzstd")
      }
      if header.isEmpty || header.allSatisfy({ $0 == 0 }) { return entries }
      guard header.count == blockBytes, isHeader(header), let size = number(header[124..<136]), size >= 0 else {
        throw offset == 0
          ? StoreError(.invalidArgument, "\(path) is neither a directory nor a tar archive; name an image layout")
          : damaged(path, "a header at byte \(offset) cannot be read")
      }
      let content = offset + UInt64(blockBytes)
      guard content + UInt64(size) <= end else { throw damaged(path, "it ends too early") }
      switch header[156] {
      case UInt8(ascii: "L"):
        longName = text(try member(file, content, size)[...])
      case UInt8(ascii: "x"):
        longName = paxPath(try member(file, content, size)) ?? longName
      case 0, UInt8(ascii: "0"):
        let name = longName ?? shortName(header)
        entries[String(name.hasPrefix("./") ? name.dropFirst(2) : name[...])] = Entry(offset: content, size: size)
        longName = nil
      default:
        longName = nil
      }
      offset = content + UInt64((size + blockBytes - 1) / blockBytes * blockBytes)
    }
    throw StoreError(.tooLarge, "\(path) has more than \(maximumMembers) members, which is the limit")
  }

  /// The content of a header's extension; anything longer than a path is not one.
  private static func member(_ file: FileHandle, _ offset: UInt64, _ size: Int) throws -> [UInt8] {
    try file.seek(toOffset: offset)
    return Array(try file.read(upToCount: min(size, 8192)) ?? Data())
  }

  /// Whether the checksum, the sum of all bytes with its own field as spaces, is right.
  private static func isHeader(_ header: [UInt8]) -> Bool {
    let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    return number(header[148..<156]) == sum
  }

  /// An octal number, ended by a space or zero; or, when the top bit is set, a big-endian one (GNU).
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      return field.dropFirst().suffix(7).reduce(0) { $0 << 8 | Int($1) }
    }
    return Int(text(field).trimmingCharacters(in: .whitespaces), radix: 8)
  }

  private static func shortName(_ header: [UInt8]) -> String {
    let name = text(header[0..<100])
    let prefix = header[257..<262].elementsEqual("ustar".utf8) ? text(header[345..<500]) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  /// The path in a pax header: lines of `LENGTH key=value\n`.
  private static func paxPath(_ bytes: [UInt8]) -> String? {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let record = String(decoding: line, as: UTF8.self)
      if let range = record.range(of: " path=") { return String(record[range.upperBound...]) }
    }
    return nil
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field.prefix { $0 != 0 }, as: UTF8.self) }

  private static func damaged(_ path: String, _ what: String) -> StoreError {
    StoreError(.corrupt, "the archive \(path) is damaged: \(what); make it again")
  }
}
