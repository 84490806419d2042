internal import CLMDB

/// One taken slot of the table of readers.
public struct ReaderSlot: Sendable, Hashable {
  /// The process that took it.
  public let processID: Int32
  /// The commit that it reads; nil for a slot kept for reuse.
  public let transactionID: Int?
}

extension Environment {
  /// The readers of all processes (`mdb_reader_list`), of which some may be dead: see ``clearStaleReaders()``.
  public func readers() throws(LMDBError) -> [ReaderSlot] {
    unsafe try withHandle("list readers") { _ throws(LMDBError) in readersWhileInside() }
  }

  /// As ``readers()``, for callers that are inside the gate.
  func readersWhileInside() -> [ReaderSlot] {
    var lines = ReaderLines()
    unsafe withUnsafeMutablePointer(to: &lines) { lines in
      _ = unsafe mdb_reader_list(
        handle.raw,
        { text, lines in
          guard let text = unsafe text, let lines = unsafe lines else { return 0 }
          unsafe lines.assumingMemoryBound(to: ReaderLines.self).pointee.lines.append(String(cString: text))
          return 0
        }, lines)
    }
    return lines.lines.compactMap(Self.slot)
  }

  /// Reads "  pid  thread-in-hexadecimal  transaction" or "-"; nil for a heading.
  private static func slot(_ line: String) -> ReaderSlot? {
    let fields = line.split(whereSeparator: \.isWhitespace)
    guard fields.count == 3, let processID = Int32(fields[0]) else { return nil }
    return ReaderSlot(processID: processID, transactionID: Int(fields[2]))
  }
}

private struct ReaderLines {
  var lines: [String] = []
}
