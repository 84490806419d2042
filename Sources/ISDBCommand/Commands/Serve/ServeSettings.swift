#if Network
  import Configuration
  import EtcdServer
  import Foundation
  import Logging
  import MVCC
  import SystemPackage

  /// What `isdb serve` is told: by flags, else by variables that begin with `ISDB_`, else by a file.
  struct ServeSettings {
    private let reader: ConfigReader

    init(_ options: ServeOptions) async throws {
      var providers: [any ConfigProvider] = [
        InMemoryProvider(
          values: Dictionary(
            uniqueKeysWithValues: options.values.map { (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: false)) })),
        EnvironmentVariablesProvider().prefixKeys(with: ConfigKey(["isdb"])),
      ]
      if let file = options.configFile {
        do {
          providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
        } catch {
          throw StoreError(
            .invalidArgument, "the configuration \(file) cannot be read: \(error); it is to be one JSON object", cause: error)
        }
      }
      reader = ConfigReader(providers: providers)
    }

    /// How the server is to be.
    func server() throws -> EtcdServerConfiguration {
      var configuration = EtcdServerConfiguration()
      (configuration.host, configuration.port) = try address()
      configuration.name = text("name") ?? configuration.name
      configuration.advertisedClientURLs = text("advertise-client-urls")?.split(separator: ",").map(String.init) ?? []
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
      if let limit = try number("max-request-bytes") { configuration.maximumRequestBytes = limit + 512 << 10 }
      configuration.maximumConcurrentStreams = try number("max-concurrent-streams") ?? configuration.maximumConcurrentStreams
      configuration.maximumConnections = try number("max-connections") ?? configuration.maximumConnections
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
      if let limit = try number("max-request-bytes") {
        configuration.maximumRequestBytes = limit
        configuration.maximumValueBytes = limit
      }
      configuration.maximumOperationsPerTransaction = try number("max-txn-ops") ?? configuration.maximumOperationsPerTransaction
      if let quota = try number("quota-backend-bytes"), quota > 0 { configuration.quotaBytes = quota }
    }

    /// Where what happens is told.
    func logger() throws -> Logger {
      let format = text("log-format") ?? "text"
      guard let format = LineLogHandler.Format(rawValue: format) else { throw Self.refusal("log-format", format, "text or json") }
      let name = text("log-level") ?? "info"
      guard let level = Logger.Level(rawValue: name == "warn" ? "warning" : name) else {
        throw Self.refusal("log-level", name, "debug, info, warning or error")
      }
      return Logger(label: "isdb") { _ in LineLogHandler(format: format, logLevel: level) }
    }

    // MARK: Values

    private func address() throws -> (host: String, port: Int) {
      var text = text("listen") ?? text("listen-client-urls") ?? "127.0.0.1:2379"
      if let range = text.range(of: "://") { text = String(text[range.upperBound...]) }
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port),
        colon > text.startIndex
      else { throw Self.refusal("listen", text, "an address and a port, such as 127.0.0.1:2379") }
      let host = text[..<colon]
      return (host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host), port)
    }

    /// Numbers and truth values of a file as text too.
    private func text(_ name: String) -> String? {
      let key = ConfigKey([name])
      return reader.string(forKey: key) ?? reader.int(forKey: key).map { "\($0)" } ?? reader.bool(forKey: key).map { "\($0)" }
    }

    private func number(_ name: String) throws -> Int? {
      guard let text = text(name) else { return nil }
      guard let number = Int(text), number >= 0 else { throw Self.refusal(name, text, "a number from 0 on") }
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
