#if Network
  /// What a metric is.
  package enum PrometheusKind: String, Sendable {
    case counter
    case gauge
    case histogram
  }

  /// The labels of a series, as they stand behind its name.
  package struct PrometheusLabels: Hashable, Comparable, Sendable, ExpressibleByDictionaryLiteral {
    /// With commas between them, without braces.
    fileprivate let text: String

    /// Labels in order of their names.
    package init(_ labels: [(String, String)]) {
      text = labels.sorted { $0.0 < $1.0 }.map { "\(PrometheusPage.name($0.0))=\"\(PrometheusPage.escaped($0.1))\"" }.joined(separator: ",")
    }

    /// The same.
    package init(dictionaryLiteral labels: (String, String)...) { self.init(labels) }

    private init(text: String) { self.text = text }

    func adding(_ name: String, _ value: String) -> PrometheusLabels {
      PrometheusLabels(text: "\(text)\(text.isEmpty ? "" : ",")\(name)=\"\(value)\"")
    }

    /// In order of their texts.
    package static func < (one: PrometheusLabels, other: PrometheusLabels) -> Bool { one.text < other.text }
  }

  /// A page in Prometheus' text format (version 0.0.4), with its metrics in order of their names.
  package struct PrometheusPage {
    /// What the page is sent as.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Family {
      let kind: PrometheusKind
      let help: String
      var lines: [(labels: PrometheusLabels, place: Int, text: String)] = []
    }

    private var families: [String: Family] = [:]
    private var current = ""

    /// Empty.
    package init() {}

    /// Adds a metric with one series.
    package mutating func add<Value: PrometheusValue>(
      _ name: String, _ kind: PrometheusKind, _ help: String, _ value: Value, labels: PrometheusLabels = [:]
    ) {
      begin(name, kind, help)
      add(name, labels, value)
    }

    /// Goes on with that metric.
    mutating func begin(_ name: String, _ kind: PrometheusKind, _ help: String) {
      current = name
      if families[name] == nil { families[name] = Family(kind: kind, help: help) }
    }

    /// Adds a line to the present metric.
    mutating func add<Value: PrometheusValue>(_ name: String, _ labels: PrometheusLabels, _ value: Value) {
      let braces = labels.text.isEmpty ? "" : "{\(labels.text)}"
      let place = families[current]?.lines.count ?? 0
      families[current]?.lines.append((labels, place, "\(name)\(braces) \(value.prometheusText)\n"))
    }

    /// The page.
    package var text: String {
      var text = ""
      for (name, family) in families.sorted(by: { $0.key < $1.key }) {
        text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
        // The lines of a histogram stay as they were written.
        let lines = family.kind == .histogram ? family.lines : family.lines.sorted { ($0.labels, $0.place) < ($1.labels, $1.place) }
        for line in lines { text += line.text }
      }
      return text
    }

    // MARK: Texts

    /// A name with underscores for what must not be in it.
    static func name(_ label: String) -> String {
      let isFit = label.utf8.allSatisfy { isNameByte($0) } && label.utf8.first.map { !isDigit($0) } == true
      if isFit { return label }
      let bytes = label.utf8.map { isNameByte($0) ? $0 : UInt8(ascii: "_") }
      return (bytes.first.map { isDigit($0) } == false ? "" : "_") + String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
      let lower = byte | 0x20
      return isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
    }

    /// A label's value as it stands between quotation marks.
    static func escaped(_ value: String) -> String {
      guard value.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) }) else { return value }
      return value.reduce(into: "") { text, character in
        switch character {
        case "\\": text += "\\\\"
        case "\"": text += "\\\""
        case "\n": text += "\\n"
        default: text.append(character)
        }
      }
    }

    /// A number, without a fraction when it has none.
    static func text(_ value: Double) -> String {
      if value.isNaN { return "NaN" }
      if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
      return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
  }

  /// A number as a page has it.
  package protocol PrometheusValue {
    /// Its text.
    var prometheusText: String { get }
  }

  extension Int: PrometheusValue {
    /// Its digits.
    package var prometheusText: String { "\(self)" }
  }

  extension Int64: PrometheusValue {
    /// Its digits.
    package var prometheusText: String { "\(self)" }
  }

  extension Double: PrometheusValue {
    /// Without a fraction when it has none.
    package var prometheusText: String { PrometheusPage.text(self) }
  }
#endif
