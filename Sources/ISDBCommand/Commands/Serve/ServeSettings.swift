#if Network
  import Configuration
  import EtcdServer
  import Foundation
  import ImageStreamDB
  import Logging
  import MVCC

  /// What `isdb serve` is told: by flags, else by variables that begin with `ISDB_`, else by a file.
  struct ServeSettings {
    private let reader: ConfigReader

    init(_ options: ServeOptions) throws {
      var providers: [any ConfigProvider] = [
        Self.provider(options.values),
        EnvironmentVariablesProvider().prefixKeys(with: ConfigKey(["isdb"])),
      ]
      if let file = options.configFile { providers.append(Self.provider(try ServeFile(path: file, names: options.names).values)) }
      reader = ConfigReader(providers: providers)
    }

    private static func provider(_ values: [String: String]) -> InMemoryProvider {
      InMemoryProvider(
        values: Dictionary(
          uniqueKeysWithValues: values.map { (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: false)) }))
    }

    /// The store's directory, if it was said in etcd's way.
    var dataDirectory: String? { text("data-dir") }

    /// How the server is to be.
    func server() throws -> EtcdServerConfiguration {
      var configuration = EtcdServerConfiguration()
      let addresses = try clientAddresses()
      (configuration.host, configuration.port) = (addresses[0].host, addresses[0].port)
      configuration.otherAddresses = Array(addresses.dropFirst())
      configuration.probeAddresses = try probeAddresses()
      configuration.autoCompaction = try autoCompaction()
      configuration.name = text("name") ?? configuration.name
      configuration.advertisedClientURLs = text("advertise-client-urls")?.split(separator: ",").map(String.init) ?? []
      configuration.keeperPolicy = .images
      configuration.certificateFile = text("cert-file")
      configuration.keyFile = text("key-file")
      if try flag("client-cert-auth") {
        guard let authorities = text("trusted-ca-file") else {
          throw StoreError(.invalidArgument, "--client-cert-auth does not say whose clients are let in; add --trusted-ca-file")
        }
        configuration.clientAuthorityFile = authorities
      }
      configuration.allowsPlaintextBeyondLoopback = try flag("allow-plaintext")
      configuration.allowsImageWrites = try flag("allow-image-writes")
      // As etcd does, for what surrounds a request of the largest size.
      if let limit = try number("max-request-bytes", from: 1) { configuration.maximumRequestBytes = limit + 512 << 10 }
      configuration.maximumConcurrentStreams = try number("max-concurrent-streams", from: 1) ?? configuration.maximumConcurrentStreams
      configuration.maximumConnections = try number("max-connections", from: 1) ?? configuration.maximumConnections
      configuration.minimumPingInterval = try duration("grpc-keepalive-min-time") ?? configuration.minimumPingInterval
      configuration.keepaliveInterval = try duration("grpc-keepalive-interval") ?? configuration.keepaliveInterval
      configuration.keepaliveTimeout = try duration("grpc-keepalive-timeout") ?? configuration.keepaliveTimeout
      configuration.progressInterval = try duration("watch-progress-notify-interval") ?? configuration.progressInterval
      if let text = text("metrics") {
        guard let level = EtcdServerConfiguration.MetricsLevel(rawValue: text) else {
          throw Self.refusal("metrics", text, "basic or extensive")
        }
        configuration.metricsLevel = level
      }
      configuration.shutdownPatience = try duration("shutdown-patience") ?? configuration.shutdownPatience
      return configuration
    }

    /// What of it is about the store.
    func apply(to configuration: inout StoreConfiguration) throws {
      if let limit = try number("max-request-bytes", from: 1) {
        configuration.maximumRequestBytes = limit
        configuration.maximumValueBytes = limit
      }
      configuration.maximumOperationsPerTransaction = try number("max-txn-ops", from: 1) ?? configuration.maximumOperationsPerTransaction
      if let quota = try number("quota-backend-bytes"), quota > 0 { configuration.quotaBytes = quota }
    }

    /// Where what happens is told.
    func logger() throws -> Logger {
      let format = text("log-format") ?? "text"
      guard let format = LineLogHandler.Format(rawValue: format) else { throw Self.refusal("log-format", format, "text or json") }
      let name = text("log-level") ?? "info"
      let ours = ["warn": "warning", "panic": "critical", "dpanic": "critical", "fatal": "critical"][name] ?? name
      guard let level = Logger.Level(rawValue: ours) else {
        throw Self.refusal("log-level", name, "debug, info, warning or error")
      }
      return Logger(label: "isdb") { _ in LineLogHandler(format: format, logLevel: level) }
    }

    // MARK: Values

    private func clientAddresses() throws -> [ListenAddress] {
      let name = text("listen") == nil ? "listen-client-urls" : "listen"
      let isCertified = text("cert-file") != nil
      let addresses = try addresses(name, text(name) ?? "127.0.0.1:2379") { scheme in
        switch scheme {
        case nil: true
        case "http" where isCertified: throw Self.refusal(name, text(name) ?? "", "https:// as there is a certificate, or no --cert-file")
        case "https" where !isCertified: throw Self.refusal(name, text(name) ?? "", "--cert-file and --key-file too, or http://")
        case "http", "https": true
        default: false
        }
      }
      guard !addresses.isEmpty else { throw Self.refusal(name, text(name) ?? "", "an address and a port, such as 127.0.0.1:2379") }
      return addresses
    }

    private func probeAddresses() throws -> [ListenAddress] {
      try text("listen-metrics-urls").map { try addresses("listen-metrics-urls", $0) { $0 == nil || $0 == "http" } } ?? []
    }

    /// Addresses, with commas between them.
    private func addresses(_ name: String, _ list: String, allowing isAllowed: (String?) throws -> Bool) throws -> [ListenAddress] {
      try list.split(separator: ",").map { part in
        let url = part.trimmingPrefix(while: \.isWhitespace)
        let scheme = url.range(of: "://").map { String(url[..<$0.lowerBound]) }
        var text = url.range(of: "://").map { url[$0.upperBound...] } ?? url
        if text.hasSuffix("/") { text = text.dropLast() }
        guard try isAllowed(scheme), let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
          (0...65_535).contains(port), colon > text.startIndex, !text.contains("/")
        else {
          let example = name == "listen-metrics-urls" ? "http://127.0.0.1:2381" : "127.0.0.1:2379"
          throw Self.refusal(name, list, "an address and a port, such as \(example)")
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        // Of "::1:2379" nobody can say where the port begins.
        guard isBracketed || !host.contains(":") else { throw Self.refusal(name, list, "brackets around the address, such as [::1]:2379") }
        return ListenAddress(host: String(isBracketed ? host.dropFirst().dropLast() : host), port: port)
      }
    }

    private func autoCompaction() throws -> AutoCompaction? {
      let mode = text("auto-compaction-mode") ?? "periodic"
      let length = text("auto-compaction-retention") ?? "0"
      switch mode {
      case "periodic":
        // etcd's: a number alone is of hours.
        if let hours = Int32(length), hours >= 0 { return hours == 0 ? nil : .periodic(.seconds(Int(hours) * 3600)) }
        guard let duration = Self.duration(length) else {
          throw Self.refusal("auto-compaction-retention", length, "a time such as 5m or 24h")
        }
        return duration == .zero ? nil : .periodic(duration)
      case "revision":
        guard let count = Int64(length), count >= 0 else {
          throw Self.refusal("auto-compaction-retention", length, "a number of revisions")
        }
        return count == 0 ? nil : .revisions(count)
      default: throw Self.refusal("auto-compaction-mode", mode, "periodic or revision")
      }
    }

    /// What was said; an empty text says nothing.
    private func text(_ name: String) -> String? { reader.string(forKey: ConfigKey([name])).flatMap { $0.isEmpty ? nil : $0 } }

    private func number(_ name: String, from least: Int = 0) throws -> Int? {
      guard let text = text(name) else { return nil }
      guard let number = Int(text), number >= least else { throw Self.refusal(name, text, "a number from \(least) on") }
      return number
    }

    private func flag(_ name: String) throws -> Bool {
      guard let text = text(name) else { return false }
      guard let flag = Bool(text) else { throw Self.refusal(name, text, "true or false") }
      return flag
    }

    private func duration(_ name: String) throws -> Duration? {
      guard let text = text(name) else { return nil }
      guard let duration = Self.duration(text) else { throw Self.refusal(name, text, "a time such as 500ms, 5s, 10m or 2h") }
      return duration
    }

    /// A time as Go writes it: numbers with units, one behind the other.
    static func duration(_ text: String) -> Duration? {
      let units: [Substring: Duration] = ["ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600)]
      var rest = text[...]
      var sum = Duration.zero
      guard !rest.isEmpty else { return nil }
      while !rest.isEmpty {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        let unit = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(unit.count)
        guard let number = Int32(digits), let unit = units[unit] else { return nil }
        sum += unit * Int(number)
      }
      return sum
    }

    private static func refusal(_ name: String, _ value: String, _ expected: String) -> StoreError {
      StoreError(.invalidArgument, "\(name) is \"\(value)\"; give \(expected)")
    }
  }
#endif
