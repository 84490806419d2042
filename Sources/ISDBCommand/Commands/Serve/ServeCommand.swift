import ArgumentParser
import EtcdServer
import ImageStreamDB
import MVCC

/// `isdb serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the store to etcd's clients.",
    discussion: """
      Answers etcd's protocol, version 3, like a cluster of one member: etcdctl, Kubernetes and every other client work with it. Keys that begin with \
      isdb/ are those of the image streams; they can be read and watched, and are written by isdb alone. Runs until it is interrupted. What is not said \
      here can be said by variables such as ISDB_LISTEN, or in a file.
      """)

  @OptionGroup var serving: ServeOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    #if Network
      let settings = try ServeSettings(serving)
      let configuration = try settings.server()
      let logger = try settings.logger()
      var limits = StoreConfiguration()
      try settings.apply(to: &limits)
      let changed = limits
      var options = options
      if let directory = settings.dataDirectory {
        guard options.store == nil else {
          throw StoreError(.invalidArgument, "--store and --data-dir name the same directory; give one of them")
        }
        options.store = directory
      }
      let store = options
      let services = ServiceHandle()
      try await untilInterrupted(endingBy: services.end) {
        try await store.writing(limits: changed) { store in
          let server = try await EtcdServer.start(store.keyValues, configuration: configuration, logger: logger)
          try await services.run([server], logger: logger)
        }
      }
    #else
      throw StoreError(.unsupported, "this isdb was built without the network; build it with the trait Network")
    #endif
  }
}
