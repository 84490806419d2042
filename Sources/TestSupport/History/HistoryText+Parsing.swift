internal import MVCC

/// A line of a record that does not read back.
public struct UnreadableEntry: Error, CustomStringConvertible {
  public let description: String
}

extension HistoryText {
  /// The entries of a file's bytes. A last line without an end was being written when its process died, and is left out.
  public static func entries(_ bytes: [UInt8]) throws -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      entries.append(try entry(rest[..<end]))
      rest = rest[(end + 1)...]
    }
    return entries
  }

  private static func entry(_ line: ArraySlice<UInt8>) throws -> HistoryEntry {
    var words = Words(line)
    switch try words.word() {
    case "invoked": return .invoked(client: try words.word(), number: Int(try words.number()), time: try words.time(), try request(&words))
    case "answered": return .answered(client: try words.word(), number: Int(try words.number()), time: try words.time(), try answer(&words))
    case "died": return .died(process: try words.word(), time: try words.time())
    case "watch":
      return .watchBegan(
        watcher: try words.word(), time: try words.time(), try words.range(), try words.options(), after: Revision(try words.number()))
    case "delivered":
      let watcher = try words.word()
      let time = try words.time()
      var batch = WatchBatch(events: [], revision: Revision(try words.number()), storeRevision: Revision(try words.number()))
      while let word = words.next() { batch.events.append(try words.event(word)) }
      return .delivered(watcher: watcher, time: time, batch)
    case "watchcompacted": return .watchCompacted(watcher: try words.word(), time: try words.time())
    default: throw words.unreadable
    }
  }

  private static func request(_ words: inout Words) throws -> StoreRequest {
    switch try words.word() {
    case "write":
      let key = try words.optionalBytes()
      let modRevision = Revision(try words.number())
      var changes: [ModelStore.Change] = []
      while let word = words.next() {
        let changed = try words.bytes()
        changes.append(
          String(decoding: word, as: UTF8.self) == "put" ? .put(key: changed, value: try words.bytes()) : .delete(key: changed))
      }
      return .write(changes, if: key.map { StoreRequest.Condition(key: $0, modRevision: modRevision) })
    case "delete": return .delete(try words.range())
    case "range": return .range(try words.range(), at: try words.optionalRevision())
    case "compact": return .compact(to: Revision(try words.number()))
    default: throw words.unreadable
    }
  }

  private static func answer(_ words: inout Words) throws -> StoreAnswer {
    switch try words.word() {
    case "written":
      let isApplied = try words.number() == 1
      let revision = Revision(try words.number())
      var before: [KeyValue?] = []
      while let word = words.next() { before.append(try words.keyValue(word)) }
      return .written(isApplied: isApplied, revision: revision, before: before)
    case "range":
      let revision = Revision(try words.number())
      var keyValues: [KeyValue] = []
      while let word = words.next() {
        guard let keyValue = try words.keyValue(word) else { throw words.unreadable }
        keyValues.append(keyValue)
      }
      return .range(revision: revision, keyValues: keyValues)
    case "compacted": return .compacted(to: Revision(try words.number()))
    case "refused": return .refused(String(decoding: try words.bytes(), as: UTF8.self))
    case "unknown": return .unknown
    default: throw words.unreadable
    }
  }
}

/// The words of one line, read one after the other.
private struct Words {
  let line: ArraySlice<UInt8>
  var rest: ArraySlice<UInt8>

  init(_ line: ArraySlice<UInt8>) {
    self.line = line
    rest = line
  }

  var unreadable: UnreadableEntry { UnreadableEntry(description: "unreadable entry: \(String(decoding: line, as: UTF8.self))") }

  mutating func next() -> ArraySlice<UInt8>? {
    if rest.isEmpty { return nil }
    let end = rest.firstIndex(of: 0x20) ?? rest.endIndex
    defer { rest = rest[min(end + 1, rest.endIndex)...] }
    return rest[..<end]
  }

  mutating func part() throws -> ArraySlice<UInt8> {
    guard let part = next() else { throw unreadable }
    return part
  }

  mutating func word() throws -> String { String(decoding: try part(), as: UTF8.self) }

  mutating func number() throws -> Int64 { try number(try part()) }

  mutating func time() throws -> UInt64 { UInt64(try number()) }

  mutating func bytes() throws -> [UInt8] { try bytes(try part()) }

  mutating func optionalBytes() throws -> [UInt8]? {
    let part = try part()
    return part.elementsEqual([0x2D]) ? nil : try bytes(part)
  }

  mutating func optionalRevision() throws -> Revision? {
    let part = try part()
    return part.elementsEqual([0x2D]) ? nil : Revision(try number(part))
  }

  mutating func range() throws -> KeyRange { KeyRange(from: try bytes(), upTo: try optionalBytes()) }

  mutating func options() throws -> WatchOptions {
    let flags = Array(try part())
    guard flags.count == 3 else { throw unreadable }
    var options = WatchOptions(includesPrevious: flags[0] == 0x31)
    options.excludesPuts = flags[1] == 0x31
    options.excludesDeletes = flags[2] == 0x31
    options.progressInterval = try optionalRevision().map { .microseconds($0.rawValue) }
    return options
  }

  func event(_ word: ArraySlice<UInt8>) throws -> Event {
    guard let separator = word.firstIndex(of: 0x3E), let keyValue = try keyValue(word[(word.startIndex + 1)..<separator]) else {
      throw unreadable
    }
    return Event(kind: word.first == 0x2B ? .put : .delete, keyValue: keyValue, previous: try self.keyValue(word[(separator + 1)...]))
  }

  func keyValue(_ word: ArraySlice<UInt8>) throws -> KeyValue? {
    if word.elementsEqual([0x2D]) { return nil }
    let fields = word.split(separator: 0x3A)
    guard fields.count == 6 else { throw unreadable }
    return KeyValue(
      key: try bytes(fields[0]), value: try bytes(fields[1]), createRevision: Revision(try number(fields[2])),
      modRevision: Revision(try number(fields[3])), version: try number(fields[4]), lease: try number(fields[5]))
  }

  private func number(_ part: ArraySlice<UInt8>) throws -> Int64 {
    guard let number = Int64(String(decoding: part, as: UTF8.self)) else { throw unreadable }
    return number
  }

  private func bytes(_ part: ArraySlice<UInt8>) throws -> [UInt8] {
    if part.elementsEqual([0x25]) { return [] }
    guard part.contains(0x25) else { return Array(part) }
    var bytes: [UInt8] = []
    var index = part.startIndex
    while index < part.endIndex {
      guard part[index] == 0x25 else {
        bytes.append(part[index])
        index += 1
        continue
      }
      guard index + 2 < part.endIndex, let byte = UInt8(String(decoding: part[(index + 1)...(index + 2)], as: UTF8.self), radix: 16) else {
        throw unreadable
      }
      bytes.append(byte)
      index += 3
    }
    return bytes
  }
}
