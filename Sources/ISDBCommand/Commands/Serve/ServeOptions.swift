import ArgumentParser

/// What `isdb serve` can be told on its command line. Names are etcd's where the meaning is the same.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to listen (default: 127.0.0.1:2379).", valueName: "host:port"))
  var listen: String?

  @Option(help: ArgumentHelp("The same in etcd's form.", valueName: "url"))
  var listenClientUrls: String?

  @Option(help: ArgumentHelp("Where clients reach the server, as members are listed; several with commas between them.", valueName: "urls"))
  var advertiseClientUrls: String?

  @Option(help: "What the server calls itself.")
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

  @Option(help: ArgumentHelp("The most bytes of a request.", valueName: "bytes"))
  var maxRequestBytes: Int?

  @Option(help: ArgumentHelp("The most operations of a transaction.", valueName: "number"))
  var maxTxnOps: Int?

  @Option(help: ArgumentHelp("The most calls at one time on a connection.", valueName: "number"))
  var maxConcurrentStreams: Int?

  @Option(help: ArgumentHelp("The most connections at one time.", valueName: "number"))
  var maxConnections: Int?

  @Option(help: ArgumentHelp("The most bytes that the store may use; 0 for no limit.", valueName: "bytes"))
  var quotaBackendBytes: Int?

  @Option(help: ArgumentHelp("The least time between a client's pings, such as 5s.", valueName: "time"))
  var grpcKeepaliveMinTime: String?

  @Option(help: ArgumentHelp("After how much silence a client is asked whether it is there.", valueName: "time"))
  var grpcKeepaliveInterval: String?

  @Option(help: ArgumentHelp("How long it then has to answer.", valueName: "time"))
  var grpcKeepaliveTimeout: String?

  @Option(help: ArgumentHelp("How often a silent watch is told how far it is, if it asked for that.", valueName: "time"))
  var watchProgressNotifyInterval: String?

  @Option(help: ArgumentHelp("How long calls may go on once the server is to end.", valueName: "time"))
  var shutdownPatience: String?

  @Option(help: ArgumentHelp("basic, or extensive for how long the calls of each method take as well.", valueName: "level"))
  var metrics: String?

  @Option(help: ArgumentHelp("text or json.", valueName: "format"))
  var logFormat: String?

  @Option(help: ArgumentHelp("debug, info, warning or error.", valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp(
      "A JSON object with any of these by their names, for what neither flags nor ISDB_ variables say.", valueName: "file"),
    completion: .file())
  var configFile: String?

  /// What was said, by the names of the options.
  var values: [String: String] {
    let texts: [String: String?] = [
      "listen": listen, "listen-client-urls": listenClientUrls, "advertise-client-urls": advertiseClientUrls, "name": name,
      "cert-file": certFile, "key-file": keyFile, "trusted-ca-file": trustedCaFile, "client-cert-auth": clientCertAuth ? "true" : nil,
      "allow-plaintext": allowPlaintext ? "true" : nil, "allow-image-writes": allowImageWrites ? "true" : nil,
      "max-request-bytes": maxRequestBytes.map(String.init), "max-txn-ops": maxTxnOps.map(String.init),
      "max-concurrent-streams": maxConcurrentStreams.map(String.init), "max-connections": maxConnections.map(String.init),
      "quota-backend-bytes": quotaBackendBytes.map(String.init), "grpc-keepalive-min-time": grpcKeepaliveMinTime,
      "grpc-keepalive-interval": grpcKeepaliveInterval, "grpc-keepalive-timeout": grpcKeepaliveTimeout,
      "watch-progress-notify-interval": watchProgressNotifyInterval, "shutdown-patience": shutdownPatience, "log-format": logFormat,
      "log-level": logLevel, "metrics": metrics,
    ]
    return texts.compactMapValues { $0 }
  }
}
