import ArgumentParser

/// What `isdb serve` can be told on its command line. Names are etcd's where the meaning is the same.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to listen (default: 127.0.0.1:2379).", valueName: "host:port"))
  var listen: String?

  @Option(help: ArgumentHelp("The same in etcd's form; several with commas between them.", valueName: "urls"))
  var listenClientUrls: String?

  @Option(
    help: ArgumentHelp("Where probes and metrics answer besides, without TLS and without calls: http://host:port.", valueName: "urls"))
  var listenMetricsUrls: String?

  @Option(help: ArgumentHelp("The same as --store.", valueName: "path"), completion: .directory)
  var dataDir: String?

  @Option(help: ArgumentHelp("Where clients reach the server, as members are listed; several with commas between them.", valueName: "urls"))
  var advertiseClientUrls: String?

  @Option(help: "What the server calls itself (default: default).")
  var name: String?

  @Option(help: ArgumentHelp("The server's certificate, PEM.", valueName: "file"), completion: .file())
  var certFile: String?

  @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file"), completion: .file())
  var keyFile: String?

  @Option(help: ArgumentHelp("Whose clients are let in, PEM, with --client-cert-auth.", valueName: "file"), completion: .file())
  var trustedCaFile: String?

  @Flag(help: "Let in only clients with a certificate.")
  var clientCertAuth = false

  @Flag(help: "Listen beyond this machine without a certificate: whoever reaches the address can read and write everything.")
  var allowPlaintext = false

  @Flag(help: "Let clients write the keys of image streams as well.")
  var allowImageWrites = false

  @Option(help: ArgumentHelp("The most bytes of a request (default: 1572864).", valueName: "bytes"))
  var maxRequestBytes: String?

  @Option(help: ArgumentHelp("The most operations of a transaction (default: 128).", valueName: "number"))
  var maxTxnOps: String?

  @Option(help: ArgumentHelp("The most calls at one time on a connection (default: 100000).", valueName: "number"))
  var maxConcurrentStreams: String?

  @Option(help: ArgumentHelp("The most connections at one time (default: 10000).", valueName: "number"))
  var maxConnections: String?

  @Option(help: ArgumentHelp("The most bytes that the store may use; 0 for no limit (default: 0).", valueName: "bytes"))
  var quotaBackendBytes: String?

  @Option(
    help: ArgumentHelp("What --auto-compaction-retention counts: periodic (time) or revision (default: periodic).", valueName: "mode"))
  var autoCompactionMode: String?

  @Option(
    help: ArgumentHelp(
      "How much history is kept, such as 5m, 12 (hours), or 1000 with --auto-compaction-mode revision; 0 for all (default: 0).",
      valueName: "length"))
  var autoCompactionRetention: String?

  @Option(help: ArgumentHelp("The least time between a client's pings (default: 5s).", valueName: "time"))
  var grpcKeepaliveMinTime: String?

  @Option(help: ArgumentHelp("After how much silence a client is asked whether it is there (default: 2h).", valueName: "time"))
  var grpcKeepaliveInterval: String?

  @Option(help: ArgumentHelp("How long it then has to answer (default: 20s).", valueName: "time"))
  var grpcKeepaliveTimeout: String?

  @Option(
    name: [.long, .customLong("experimental-watch-progress-notify-interval")],
    help: ArgumentHelp("How often a silent watch is told how far it is, if it asked for that (default: 10m).", valueName: "time"))
  var watchProgressNotifyInterval: String?

  @Option(help: ArgumentHelp("How long calls may go on once the server is to end (default: 5s).", valueName: "time"))
  var shutdownPatience: String?

  @Option(
    help: ArgumentHelp("basic, or extensive for how long the calls of each method take as well (default: basic).", valueName: "level"))
  var metrics: String?

  @Option(help: ArgumentHelp("text or json (default: text).", valueName: "format"))
  var logFormat: String?

  @Option(help: ArgumentHelp("debug, info, warning or error (default: info).", valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp(
      "YAML or JSON with any of these by their names, for what neither flags nor ISDB_ variables say.", valueName: "file"),
    completion: .file())
  var configFile: String?

  /// Options that are there or not.
  static let switches: Set<String> = ["client-cert-auth", "allow-plaintext", "allow-image-writes"]

  /// The names of all options.
  var names: Set<String> { Set(texts.keys) }

  /// What was said, by the names of the options.
  var values: [String: String] { texts.compactMapValues { $0 } }

  private var texts: [String: String?] {
    [
      "listen": listen, "listen-client-urls": listenClientUrls, "advertise-client-urls": advertiseClientUrls, "name": name,
      "cert-file": certFile, "key-file": keyFile, "trusted-ca-file": trustedCaFile, "client-cert-auth": clientCertAuth ? "true" : nil,
      "allow-plaintext": allowPlaintext ? "true" : nil, "allow-image-writes": allowImageWrites ? "true" : nil,
      "max-request-bytes": maxRequestBytes, "max-txn-ops": maxTxnOps,
      "max-concurrent-streams": maxConcurrentStreams, "max-connections": maxConnections,
      "quota-backend-bytes": quotaBackendBytes, "grpc-keepalive-min-time": grpcKeepaliveMinTime,
      "grpc-keepalive-interval": grpcKeepaliveInterval, "grpc-keepalive-timeout": grpcKeepaliveTimeout,
      "watch-progress-notify-interval": watchProgressNotifyInterval, "shutdown-patience": shutdownPatience, "log-format": logFormat,
      "log-level": logLevel, "metrics": metrics, "listen-metrics-urls": listenMetricsUrls, "data-dir": dataDir,
      "auto-compaction-mode": autoCompactionMode, "auto-compaction-retention": autoCompactionRetention,
    ]
  }
}
