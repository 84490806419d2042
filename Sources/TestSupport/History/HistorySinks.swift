internal import Foundation
internal import Synchronization

/// A record in memory.
public final class HistoryRecorder: HistorySink {
  private let noted = Mutex<[HistoryEntry]>([])

  /// An empty record.
  public init() {}

  /// What was noted so far.
  public var entries: [HistoryEntry] { noted.withLock { $0 } }

  public func add(_ entry: HistoryEntry) { noted.withLock { $0.append(entry) } }
}

/// A record in a file, which survives the death of its process: each entry is one write call.
public final class HistoryFile: HistorySink {
  private let handle: FileHandle

  /// Goes on with the file, or begins it.
  public init(_ path: String) throws {
    let url = URL(fileURLWithPath: path)
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: url) }
    handle = try FileHandle(forWritingTo: url)
    try handle.seekToEnd()
  }

  public func add(_ entry: HistoryEntry) throws { try handle.write(contentsOf: Data("\(HistoryText.line(entry))\n".utf8)) }

  /// What a file holds; nothing when there is none.
  public static func entries(_ path: String) throws -> [HistoryEntry] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return try HistoryText.entries([UInt8](data))
  }
}
