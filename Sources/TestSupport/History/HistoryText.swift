internal import MVCC

/// Entries as lines of text: one write call each, readable in a failed run, and readable back.
///
/// Words are separated by blanks. Bytes stand for themselves if they are letters, digits or one of `/._`; the others are `%` and two hexadecimal
/// digits. A lone `%` is no bytes at all, a lone `-` is nothing.
public enum HistoryText {
  /// The line of an entry, without its end.
  public static func line(_ entry: HistoryEntry) -> String {
    switch entry {
    case .invoked(let client, let number, let time, let request): "invoked \(client) \(number) \(time) \(text(of: request))"
    case .answered(let client, let number, let time, let answer): "answered \(client) \(number) \(time) \(text(of: answer))"
    case .died(let process, let time): "died \(process) \(time)"
    case .watchBegan(let watcher, let time, let range, let options, let after):
      "watch \(watcher) \(time) \(text(range)) \(flags(options)) \(after)"
    case .delivered(let watcher, let time, let batch):
      "delivered \(watcher) \(time) \(batch.revision) \(batch.storeRevision)" + batch.events.map { " \(text($0))" }.joined()
    case .watchCompacted(let watcher, let time): "watchcompacted \(watcher) \(time)"
    }
  }

  /// A request in words.
  static func text(of request: StoreRequest) -> String {
    switch request {
    case .write(let changes, let condition):
      let words = changes.map { change in
        switch change {
        case .put(let key, let value): " put \(escaped(key)) \(escaped(value))"
        case .delete(let key): " delete \(escaped(key))"
        }
      }
      let comparison = condition.map { "\(escaped($0.key)) \($0.modRevision)" } ?? "- 0"
      return "write \(comparison)" + words.joined()
    case .delete(let range): return "delete \(text(range))"
    case .attach(let key, let value, let lease): return "attach \(escaped(key)) \(escaped(value)) \(lease)"
    case .grant(let lease, let seconds): return "grant \(lease) \(seconds)"
    case .keepAlive(let lease): return "keepalive \(lease)"
    case .revoke(let lease): return "revoke \(lease)"
    case .range(let range, let revision): return "range \(text(range)) \(revision?.description ?? "-")"
    case .compact(let revision): return "compact \(revision)"
    }
  }

  /// An answer in words.
  static func text(of answer: StoreAnswer) -> String {
    switch answer {
    case .written(let isApplied, let revision, let before):
      "written \(isApplied ? 1 : 0) \(revision)" + before.map { " \(text($0))" }.joined()
    case .range(let revision, let keyValues): "range \(revision)" + keyValues.map { " \(text($0))" }.joined()
    case .lease(let isAlive): "lease \(isAlive ? 1 : 0)"
    case .compacted(let revision): "compacted \(revision)"
    case .refused(let code): "refused \(escaped(Array(code.utf8)))"
    case .unknown: "unknown"
    }
  }

  /// An event in one word.
  static func text(_ event: Event) -> String { "\(event.kind == .put ? "+" : "-")\(text(event.keyValue))>\(text(event.previous))" }

  private static func text(_ keyValue: KeyValue?) -> String {
    guard let it = keyValue else { return "-" }
    return "\(escaped(it.key)):\(escaped(it.value)):\(it.createRevision):\(it.modRevision):\(it.version):\(it.lease)"
  }

  private static func text(_ range: KeyRange) -> String { "\(escaped(range.lower)) \(range.upper.map(escaped) ?? "-")" }

  private static func flags(_ options: WatchOptions) -> String {
    let flags = "\(options.includesPrevious ? 1 : 0)\(options.excludesPuts ? 1 : 0)\(options.excludesDeletes ? 1 : 0)"
    return "\(flags) \(options.progressInterval.map { "\(Int64($0 / .microseconds(1)))" } ?? "-")"
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)

  private static func escaped(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "%" }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(bytes.count)
    for byte in bytes {
      switch byte {
      case 0x61...0x7A, 0x41...0x5A, 0x2E...0x39, 0x5F: escaped.append(byte)
      default: escaped += [0x25, hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
