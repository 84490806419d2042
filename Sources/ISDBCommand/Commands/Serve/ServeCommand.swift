import ArgumentParser
import EtcdServer
import ImageStreamDB
import Logging
import MVCC

/// `isdb serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the store to etcd's clients.",
    discussion: """
      Answers etcd's protocol, version 3, like a cluster of one member: etcdctl, Kubernetes and every other client work with it. Keys that begin with \
      isdb/ are those of the image streams; they can be read and watched, and are written by isdb alone. Runs until it is interrupted.
      """)

  @OptionGroup var options: StoreOptions

  @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
  var listen = "127.0.0.1:2379"

  func run() async throws {
    #if Network
      var configuration = EtcdServerConfiguration()
      guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]) else {
        throw StoreError(.invalidArgument, "\"\(listen)\" is not an address to listen on; write it as 127.0.0.1:2379")
      }
      configuration.host = String(listen[..<colon])
      configuration.port = port
      let settings = configuration
      try await untilInterrupted {
        try await options.writing { store in
          let server = try await EtcdServer.start(store.keyValues, configuration: settings)
          try await server.run()
        }
      }
    #else
      throw StoreError(.unsupported, "this isdb was built without the network; build it with the trait Network")
    #endif
  }
}
