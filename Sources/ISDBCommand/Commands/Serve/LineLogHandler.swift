#if Network
  import Foundation
  import Logging
  import MVCC

  /// Tells on standard error what happens, a line each.
  struct LineLogHandler: LogHandler {
    /// How a line is written.
    enum Format: String {
      /// For people.
      case text
      /// For machines: an object a line.
      case json
    }

    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(format: Format, logLevel: Logger.Level) {
      self.format = format
      self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
      switch format {
      case .text:
        let details = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value.printable)" }.joined()
        StandardStreams.report("\(Timestamp.now) \(event.level) \(event.message.description.printable)\(details)")
      case .json:
        var object = values
        object["ts"] = "\(Timestamp.now)"
        object["level"] = "\(event.level)"
        object["msg"] = "\(event.message)"
        guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]) else {
          return
        }
        StandardStreams.report(String(decoding: data, as: UTF8.self))
      }
    }
  }
#endif
