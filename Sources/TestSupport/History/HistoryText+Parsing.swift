internal import Foundation
internal import MVCC

/// A line of a record that does not read back.
public struct UnreadableEntry: Error, CustomStringConvertible { public let description: String }

extension HistoryText {
  /// The entries of a file's bytes. A last line without an end was being written when its process died, and is left out.
  ///
  /// Splitting is left to Foundation, which is compiled with optimisation also where tests are not.
  public static func entries(_ bytes: [UInt8]) throws -> [HistoryEntry] {
    try String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n").dropLast().map(entry)
  }

  private static func entry(_ line: String) throws -> HistoryEntry {
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
          word == "put" ? .put(key: changed, value: try words.bytes()) : .delete(key: changed))
      }
      return .write(changes, if: key.map { StoreRequest.Condition(key: $0, modRevision: modRevision) })
    case "delete": return .delete(try words.range())
    case "attach": return .attach(key: try words.bytes(), value: try words.bytes(), lease: try words.number())
    case "grant": return .grant(lease: try words.number(), seconds: try words.number())
    case "keepalive": return .keepAlive(lease: try words.number())
    case "revoke": return .revoke(lease: try words.number())
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
    case "lease": return .lease(isAlive: try words.number() == 1)
    case "compacted": return .compacted(to: Revision(try words.number()))
    case "refused": return .refused(String(decoding: try words.bytes(), as: UTF8.self))
    case "unknown": return .unknown
    default: throw words.unreadable
    }
  }
}

/// The words of one line, read one after the other.
private struct Words {
  let line: String
  let words: [String]
  var position = 0

  init(_ line: String) {
    self.line = line
    words = line.components(separatedBy: " ")
  }

  var unreadable: UnreadableEntry { UnreadableEntry(description: "unreadable entry: \(line)") }

  mutating func next() -> String? {
    if position == words.count { return nil }
    defer { position += 1 }
    return words[position]
  }

  mutating func word() throws -> String {
    guard let word = next() else { throw unreadable }
    return word
  }

  mutating func number() throws -> Int64 { try number(try word()) }

  mutating func time() throws -> UInt64 { UInt64(try number()) }

  mutating func bytes() throws -> [UInt8] { try bytes(try word()) }

  mutating func optionalBytes() throws -> [UInt8]? {
    let part = try word()
    return part == "-" ? nil : try bytes(part)
  }

  mutating func optionalRevision() throws -> Revision? {
    let part = try word()
    return part == "-" ? nil : Revision(try number(part))
  }

  mutating func range() throws -> KeyRange { KeyRange(from: try bytes(), upTo: try optionalBytes()) }

  mutating func options() throws -> WatchOptions {
    let flags = Array(try word().utf8)
    guard flags.count == 3 else { throw unreadable }
    var options = WatchOptions(includesPrevious: flags[0] == 0x31)
    options.excludesPuts = flags[1] == 0x31
    options.excludesDeletes = flags[2] == 0x31
    options.progressInterval = try optionalRevision().map { .microseconds($0.rawValue) }
    return options
  }

  func event(_ word: String) throws -> Event {
    let versions = word.components(separatedBy: ">")
    guard versions.count == 2, let keyValue = try keyValue(String(versions[0].dropFirst())) else { throw unreadable }
    return Event(kind: word.hasPrefix("+") ? .put : .delete, keyValue: keyValue, previous: try self.keyValue(versions[1]))
  }

  func keyValue(_ word: String) throws -> KeyValue? {
    if word == "-" { return nil }
    let fields = word.components(separatedBy: ":")
    guard fields.count == 6 else { throw unreadable }
    return KeyValue(
      key: try bytes(fields[0]), value: try bytes(fields[1]), createRevision: Revision(try number(fields[2])),
      modRevision: Revision(try number(fields[3])), version: try number(fields[4]), lease: try number(fields[5]))
  }

  private func number(_ word: String) throws -> Int64 {
    guard let number = Int64(word) else { throw unreadable }
    return number
  }

  /// Bytes without a `%` stand for themselves; after one come two digits and more such bytes.
  private func bytes(_ word: String) throws -> [UInt8] {
    if word == "%" { return [] }
    let parts = word.components(separatedBy: "%")
    var bytes = Array(parts[0].utf8)
    for part in parts.dropFirst() {
      guard let byte = UInt8(part.prefix(2), radix: 16) else { throw unreadable }
      bytes.append(byte)
      bytes += part.utf8.dropFirst(2)
    }
    return bytes
  }
}
