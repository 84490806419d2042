#if Network
  import Testing

  /// A page of metrics, read as strictly as Prometheus' text format (version 0.0.4) is written.
  struct PrometheusText {
    struct Broken: Error {
      let line: String
      let reason: String
    }

    struct Family {
      let kind: String
      /// By name and labels, as they stand in the line.
      var samples: [String: Double] = [:]
      /// The same, in the order of the page.
      var order: [(name: Substring, labels: [(String, String)], value: Double)] = []
    }

    private(set) var families: [String: Family] = [:]

    /// The value of a line, by what stands in front of it.
    subscript(series: String) -> Double? { families.values.lazy.compactMap { $0.samples[series] }.first }

    init(_ page: String) throws {
      var current = ""
      var helped = ""
      guard page.hasSuffix("\n") else { throw Broken(line: "", reason: "the last line is cut off") }
      for line in page.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
        func broken(_ reason: String) -> Broken { Broken(line: String(line), reason: reason) }
        if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
          helped = String(match.1)
        } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
          current = String(match.1)
          guard current == helped else { throw broken("there is no HELP in front") }
          guard families[current] == nil else { throw broken("the metric was there before") }
          families[current] = Family(kind: String(match.2))
        } else if let match = line.wholeMatch(of: /(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?) (\S+)/) {
          guard let kind = families[current]?.kind else { throw broken("a sample without a metric") }
          let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
          guard suffixes.contains(where: { current + $0 == match.2 }) else { throw broken("a sample of another metric") }
          guard let value = match.4 == "+Inf" ? .infinity : Double(match.4) else { throw broken("no number") }
          guard families[current]?.samples.updateValue(value, forKey: String(match.1)) == nil else { throw broken("a sample twice") }
          families[current]?.order.append((match.2, try Self.labels(match.3 ?? "", broken), value))
        } else {
          throw broken("neither a comment nor a sample")
        }
      }
      for (name, family) in families where family.kind == "histogram" { try Self.check(name, family) }
    }

    private static func labels(_ text: Substring, _ broken: (String) -> Broken) throws -> [(String, String)] {
      var rest = text
      var labels: [(String, String)] = []
      while !rest.isEmpty {
        guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,(?=.)|$)/) else {
          throw broken("labels end at \(rest)")
        }
        guard !labels.contains(where: { $0.0 == match.1 }) else { throw broken("a label twice") }
        labels.append((String(match.1), String(match.2)))
        rest = rest[match.range.upperBound...]
      }
      return labels
    }

    /// Buckets rise to +Inf, which is the count.
    private static func check(_ name: String, _ family: Family) throws {
      var bounds: [String: [(bound: Double, count: Double)]] = [:]
      for (sample, labels, value) in family.order where sample.hasSuffix("_bucket") {
        guard let text = labels.first(where: { $0.0 == "le" })?.1, let bound = text == "+Inf" ? .infinity : Double(text) else {
          throw Broken(line: name, reason: "a bucket without bound")
        }
        bounds["\(labels.filter { $0.0 != "le" })", default: []].append((bound, value))
      }
      for (sample, labels, value) in family.order where sample.hasSuffix("_count") {
        guard let buckets = bounds.removeValue(forKey: "\(labels)"), buckets.last?.bound == .infinity, buckets.last?.count == value,
          zip(buckets, buckets.dropFirst()).allSatisfy({ $0.bound < $1.bound && $0.count <= $1.count })
        else { throw Broken(line: "\(name) \(labels)", reason: "buckets do not rise to the count") }
      }
      guard bounds.isEmpty else { throw Broken(line: name, reason: "buckets without count") }
    }
  }
#endif
